namespace Heliostat.Mirroring.Java;

/// <summary>What became of a record, as answers say it.</summary>
internal enum JavaOutcome : byte
{
    /// <summary>It is as it was; of a predicate: it holds.</summary>
    Kept,

    /// <summary>It is left out; of a predicate: it does not hold.</summary>
    Dropped,

    /// <summary>So many records, each as <see cref="JavaRecord"/> reads it.</summary>
    Records,

    /// <summary>The class threw: the exception's class and message.</summary>
    Failed,

    /// <summary>There was no more room in the answer: ask again.</summary>
    NotAsked,
}

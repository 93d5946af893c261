namespace Heliostat.Mirroring.Records;

/// <summary>How far <see cref="RecordPath"/> came with a batch.</summary>
internal enum RecordPathResult
{
    /// <summary>All of it was taken in.</summary>
    Taken,

    /// <summary>One record was put aside; everything before it was handed over.</summary>
    PutAside,

    /// <summary>One record does not fit into any batch that the target takes; everything before it was handed over.</summary>
    RecordTooLarge,

    /// <summary>
    /// One record is not what the rules take, and the lane is not to go on without it; everything before it was handed over.
    /// </summary>
    Failed,

    /// <summary>What rules need to know of one record is being asked for; everything before it was handed over.</summary>
    NotYet,

    /// <summary>The outlet takes nothing more: the lane is about to be told of a refusal.</summary>
    Halted,
}

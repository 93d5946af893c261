namespace Heliostat.Mirroring.Records;

/// <summary>Why a batch cannot go to the target as it is, and its records are built anew.</summary>
public enum OpenReason
{
    /// <summary>Its format is 0 or 1.</summary>
    OldFormat,

    /// <summary>Records are placed by the hash of their keys.</summary>
    KeyPlacement,

    /// <summary>Another codec was asked for (<c>compression.type</c>).</summary>
    Recoding,

    /// <summary>It has fewer records than offsets: compaction took some.</summary>
    Holes,

    /// <summary>Its records have the time of their arrival (<c>message.timestamp.type</c>), which becomes their own.</summary>
    LogAppendTime,

    /// <summary>It begins before the position.</summary>
    BeforePosition,

    /// <summary>The target takes no batch of its size.</summary>
    TooLarge,

    /// <summary>
    /// What was asked for of records (<c>transforms</c>, <c>heliostat.records.*</c>) changes one of its records, or leaves one out.
    /// </summary>
    Transforms,

    /// <summary>The lane ends within it (<c>heliostat.until</c>).</summary>
    Until,

    /// <summary>The target refused it, and the record is looked for that it does not take.</summary>
    Refused,

    /// <summary>It is small, and goes faster together with its neighbours.</summary>
    Merging,
}

namespace Heliostat.Mirroring.Planning;

/// <summary>What is to be copied before the flow has caught up.</summary>
public sealed record PlannedCopy
{
    /// <summary>
    /// Offsets between where lanes would start and the source's ends: at most so many records, fewer on compacted topics.
    /// </summary>
    public long Records { get; init; }

    /// <summary>Bytes on the source's disks behind those offsets; null where brokers do not tell.</summary>
    public long? Bytes { get; init; }

    /// <summary>Why <see cref="Bytes"/> is not known.</summary>
    public string? BytesUnknown { get; init; }

    /// <summary>Lanes that would go on at a stored position; the others start anew.</summary>
    public int Resumed { get; init; }

    /// <summary>Lanes whose offsets cannot be looked up, such as those without a leader.</summary>
    public int Unknown { get; init; }
}

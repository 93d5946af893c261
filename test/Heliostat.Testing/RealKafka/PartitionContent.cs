namespace Heliostat.Testing.RealKafka;

/// <summary>What a Java consumer read from one partition, first to last.</summary>
public sealed record PartitionContent
{
    public int Partition { get; init; }

    /// <summary>Where the consumer stopped: the log end offset, or the last stable one when it read committed data only.</summary>
    public long EndOffset { get; init; }

    /// <summary>-1 in an empty partition.</summary>
    public long FirstOffset { get; init; }

    public long LastOffset { get; init; }

    /// <summary>Records read, without the duplicates when asked to leave those out.</summary>
    public long Count { get; init; }

    /// <summary>Records that were like an earlier one of the partition; counted only when asked to leave them out.</summary>
    public long Duplicates { get; init; }

    /// <summary>SHA-256 over every record's timestamp, key, value and headers, in order; offsets play no part.</summary>
    public required string Sequence { get; init; }

    /// <summary>Hexadecimal sum of the records' hashes: equal for equal records in any order.</summary>
    public required string Sum { get; init; }

    /// <summary>The records, when asked for.</summary>
    public IReadOnlyList<KafkaRecord> Records { get; init; } = [];
}

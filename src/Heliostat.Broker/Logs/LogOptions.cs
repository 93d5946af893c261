using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Records;

namespace Heliostat.Broker.Logs;

/// <summary>The settings of a topic that its logs obey, with Kafka's defaults (LogConfig).</summary>
internal sealed record LogOptions
{
    public static readonly LogOptions Default = new();

    public bool Delete { get; init; } = true;

    public bool Compact { get; init; }

    /// <summary>-1 keeps for ever.</summary>
    public long RetentionMs { get; init; } = 7 * 24 * 3600 * 1000L;

    /// <summary>Per partition; -1 keeps all.</summary>
    public long RetentionBytes { get; init; } = -1;

    public int SegmentBytes { get; init; } = 1 << 30;

    public long SegmentMs { get; init; } = 7 * 24 * 3600 * 1000L;

    public int MaxMessageBytes { get; init; } = 1024 * 1024 + RecordBatchHeader.LogOverhead;

    public TimestampType TimestampType { get; init; } = TimestampType.CreateTime;

    public long TimestampBeforeMaxMs { get; init; } = long.MaxValue;

    public long TimestampAfterMaxMs { get; init; } = 3600 * 1000L;

    /// <summary>What batches are stored in; null keeps the producer's codec.</summary>
    public CompressionCodec? Codec { get; init; }

    /// <summary>Kafka's level for <see cref="Codec"/>; null for its default.</summary>
    public int? CodecLevel { get; init; }

    /// <summary>
    /// So many records are flushed to the disk before the last is answered; by default that is left to the operating system.
    /// </summary>
    public long FlushMessages { get; init; } = long.MaxValue;

    /// <summary>Records are flushed to the disk after so long at most.</summary>
    public long FlushMs { get; init; } = long.MaxValue;

    public long DeleteRetentionMs { get; init; } = 24 * 3600 * 1000L;

    public long MinCompactionLagMs { get; init; }

    public long MaxCompactionLagMs { get; init; } = long.MaxValue;

    public double MinCleanableDirtyRatio { get; init; } = 0.5;

    public int MinInsyncReplicas { get; init; } = 1;
}

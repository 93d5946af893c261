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

    public long DeleteRetentionMs { get; init; } = 24 * 3600 * 1000L;

    public long MinCompactionLagMs { get; init; }

    public double MinCleanableDirtyRatio { get; init; } = 0.5;

    public int MinInsyncReplicas { get; init; } = 1;
}

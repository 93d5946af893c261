namespace Heliostat.Broker.Configs;

/// <summary>Every setting a topic may have, with the defaults of Kafka 4.3.1 (LogConfig, TopicConfig).</summary>
internal static class TopicConfigKeys
{
    public const string CleanupPolicy = "cleanup.policy";
    public const string CompressionType = "compression.type";
    public const string DeleteRetentionMs = "delete.retention.ms";
    public const string FlushMessages = "flush.messages";
    public const string FlushMs = "flush.ms";
    public const string GzipLevel = "compression.gzip.level";
    public const string Lz4Level = "compression.lz4.level";
    public const string MaxCompactionLagMs = "max.compaction.lag.ms";
    public const string MaxMessageBytes = "max.message.bytes";
    public const string TimestampAfterMaxMs = "message.timestamp.after.max.ms";
    public const string TimestampBeforeMaxMs = "message.timestamp.before.max.ms";
    public const string TimestampType = "message.timestamp.type";
    public const string MinCleanableDirtyRatio = "min.cleanable.dirty.ratio";
    public const string MinCompactionLagMs = "min.compaction.lag.ms";
    public const string MinInsyncReplicas = "min.insync.replicas";
    public const string RetentionBytes = "retention.bytes";
    public const string RetentionMs = "retention.ms";
    public const string SegmentBytes = "segment.bytes";
    public const string SegmentMs = "segment.ms";
    public const string ZstdLevel = "compression.zstd.level";

    private const string MaxLong = "9223372036854775807";

    public static readonly IReadOnlyList<ConfigKey> All =
    [
        new(CleanupPolicy, ConfigType.List, "delete", "log.cleanup.policy", Allowed: ["compact", "delete"]),
        new(GzipLevel, ConfigType.Int, "-1", "compression.gzip.level", 1) { Max = 9, Or = -1 },
        new(Lz4Level, ConfigType.Int, "9", "compression.lz4.level", 1) { Max = 17 },
        new(CompressionType, ConfigType.String, "producer", "compression.type",
            Allowed: ["uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"]),
        new(ZstdLevel, ConfigType.Int, "3", "compression.zstd.level", -131072) { Max = 22 },
        new(DeleteRetentionMs, ConfigType.Long, "86400000", "log.cleaner.delete.retention.ms", 0),
        new("file.delete.delay.ms", ConfigType.Long, "60000", "log.segment.delete.delay.ms", 0),
        new(FlushMessages, ConfigType.Long, MaxLong, "log.flush.interval.messages", 1),
        new(FlushMs, ConfigType.Long, MaxLong, "log.flush.interval.ms", 0),
        new("follower.replication.throttled.replicas", ConfigType.List, ""),
        new("index.interval.bytes", ConfigType.Int, "4096", "log.index.interval.bytes", 0),
        new("leader.replication.throttled.replicas", ConfigType.List, ""),
        new("local.retention.bytes", ConfigType.Long, "-2", "log.local.retention.bytes", -2),
        new("local.retention.ms", ConfigType.Long, "-2", "log.local.retention.ms", -2),
        new(MaxCompactionLagMs, ConfigType.Long, MaxLong, "log.cleaner.max.compaction.lag.ms", 1),
        new(MaxMessageBytes, ConfigType.Int, "1048588", "message.max.bytes", 0),
        new(TimestampAfterMaxMs, ConfigType.Long, "3600000", "log.message.timestamp.after.max.ms", 0),
        new(TimestampBeforeMaxMs, ConfigType.Long, MaxLong, "log.message.timestamp.before.max.ms", 0),
        new(TimestampType, ConfigType.String, "CreateTime", "log.message.timestamp.type", Allowed: ["CreateTime", "LogAppendTime"]),
        new(MinCleanableDirtyRatio, ConfigType.Double, "0.5", "log.cleaner.min.cleanable.ratio", 0) { Max = 1 },
        new(MinCompactionLagMs, ConfigType.Long, "0", "log.cleaner.min.compaction.lag.ms", 0),
        new(MinInsyncReplicas, ConfigType.Int, "1", "min.insync.replicas", 1),
        new("preallocate", ConfigType.Boolean, "false", "log.preallocate"),
        new("remote.log.copy.disable", ConfigType.Boolean, "false"),
        new("remote.log.delete.on.disable", ConfigType.Boolean, "false"),
        new("remote.storage.enable", ConfigType.Boolean, "false"),
        new(RetentionBytes, ConfigType.Long, "-1", "log.retention.bytes"),
        new(RetentionMs, ConfigType.Long, "604800000", "log.retention.ms", -1),
        new(SegmentBytes, ConfigType.Int, "1073741824", "log.segment.bytes", 1024 * 1024),
        new("segment.index.bytes", ConfigType.Int, "10485760", "log.index.size.max.bytes", 4),
        new("segment.jitter.ms", ConfigType.Long, "0", "log.roll.jitter.ms", 0),
        new(SegmentMs, ConfigType.Long, "604800000", "log.roll.ms", 1),
        new("unclean.leader.election.enable", ConfigType.Boolean, "false", "unclean.leader.election.enable"),
    ];

    private static readonly Dictionary<string, ConfigKey> ByName = All.ToDictionary(key => key.Name);

    /// <summary>Smaller segments than <see cref="SegmentBytes"/> allows, for tests; not described, as in Kafka.</summary>
    public static readonly ConfigKey InternalSegmentBytes = new("internal.segment.bytes", ConfigType.Int, null);

    public static ConfigKey? Find(string name) =>
        ByName.GetValueOrDefault(name) ?? (name == InternalSegmentBytes.Name ? InternalSegmentBytes : null);
}

namespace Heliostat.Broker.Configs;

/// <summary>The settings of brokers that mean something here or that tools look at, with the defaults of Kafka 4.3.1.</summary>
internal static class BrokerConfigKeys
{
    private const string MaxLong = "9223372036854775807";

    public static readonly IReadOnlyList<ConfigKey> All =
    [
        new("advertised.listeners", ConfigType.List, null) { IsDynamic = false },
        new("auto.create.topics.enable", ConfigType.Boolean, "true") { IsDynamic = false },
        new("broker.id", ConfigType.Int, "-1") { IsDynamic = false },
        new("broker.rack", ConfigType.String, null) { IsDynamic = false },
        new("compression.gzip.level", ConfigType.Int, "-1", Min: 1) { Max = 9, Or = -1 },
        new("compression.lz4.level", ConfigType.Int, "9", Min: 1) { Max = 17 },
        new("compression.type", ConfigType.String, "producer", Allowed: ["uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"]),
        new("compression.zstd.level", ConfigType.Int, "3"),
        new("connections.max.idle.ms", ConfigType.Long, "600000") { IsDynamic = false },
        new("connections.max.reauth.ms", ConfigType.Long, "0") { IsDynamic = false },
        new("default.replication.factor", ConfigType.Int, "1", Min: 1) { IsDynamic = false },
        new("delete.topic.enable", ConfigType.Boolean, "true") { IsDynamic = false },
        new("group.consumer.heartbeat.interval.ms", ConfigType.Int, "5000", Min: 1) { IsDynamic = false },
        new("group.consumer.session.timeout.ms", ConfigType.Int, "45000", Min: 1) { IsDynamic = false },
        new("group.initial.rebalance.delay.ms", ConfigType.Int, "3000") { IsDynamic = false },
        new("group.max.session.timeout.ms", ConfigType.Int, "1800000") { IsDynamic = false },
        new("group.max.size", ConfigType.Int, "2147483647", Min: 1) { IsDynamic = false },
        new("group.min.session.timeout.ms", ConfigType.Int, "6000") { IsDynamic = false },
        new("listeners", ConfigType.List, "PLAINTEXT://:9092") { IsDynamic = false },
        new("log.cleaner.backoff.ms", ConfigType.Long, "15000", Min: 0),
        new("log.cleaner.delete.retention.ms", ConfigType.Long, "86400000", Min: 0),
        new("log.cleaner.enable", ConfigType.Boolean, "true") { IsDynamic = false },
        new("log.cleaner.max.compaction.lag.ms", ConfigType.Long, MaxLong, Min: 1),
        new("log.cleaner.min.cleanable.ratio", ConfigType.Double, "0.5", Min: 0) { Max = 1 },
        new("log.cleaner.min.compaction.lag.ms", ConfigType.Long, "0", Min: 0),
        new("log.cleanup.policy", ConfigType.List, "delete", Allowed: ["compact", "delete"]),
        new("log.dirs", ConfigType.List, null) { IsDynamic = false },
        new("log.flush.interval.messages", ConfigType.Long, MaxLong, Min: 1),
        new("log.flush.interval.ms", ConfigType.Long, null),
        new("log.index.interval.bytes", ConfigType.Int, "4096", Min: 0),
        new("log.index.size.max.bytes", ConfigType.Int, "10485760", Min: 4),
        new("log.local.retention.bytes", ConfigType.Long, "-2", Min: -2),
        new("log.local.retention.ms", ConfigType.Long, "-2", Min: -2),
        new("log.message.timestamp.after.max.ms", ConfigType.Long, "3600000", Min: 0),
        new("log.message.timestamp.before.max.ms", ConfigType.Long, MaxLong, Min: 0),
        new("log.message.timestamp.type", ConfigType.String, "CreateTime", Allowed: ["CreateTime", "LogAppendTime"]),
        new("log.preallocate", ConfigType.Boolean, "false"),
        new("log.retention.bytes", ConfigType.Long, "-1"),
        new("log.retention.check.interval.ms", ConfigType.Long, "300000", Min: 1) { IsDynamic = false },
        new("log.retention.hours", ConfigType.Int, "168") { IsDynamic = false },
        new("log.retention.minutes", ConfigType.Int, null) { IsDynamic = false },
        new("log.retention.ms", ConfigType.Long, null),
        new("log.roll.hours", ConfigType.Int, "168", Min: 1) { IsDynamic = false },
        new("log.roll.jitter.ms", ConfigType.Long, null),
        new("log.roll.ms", ConfigType.Long, null),
        new("log.segment.bytes", ConfigType.Int, "1073741824", Min: 1024 * 1024),
        new("log.segment.delete.delay.ms", ConfigType.Long, "60000", Min: 0),
        new("message.max.bytes", ConfigType.Int, "1048588", Min: 0),
        new("min.insync.replicas", ConfigType.Int, "1", Min: 1),
        new("node.id", ConfigType.Int, null) { IsDynamic = false },
        new("num.io.threads", ConfigType.Int, "8", Min: 1),
        new("num.network.threads", ConfigType.Int, "3", Min: 1),
        new("num.partitions", ConfigType.Int, "1", Min: 1) { IsDynamic = false },
        new("num.replica.fetchers", ConfigType.Int, "1"),
        new("offset.metadata.max.bytes", ConfigType.Int, "4096") { IsDynamic = false },
        new("offsets.retention.minutes", ConfigType.Int, "10080", Min: 1) { IsDynamic = false },
        new("offsets.topic.num.partitions", ConfigType.Int, "50", Min: 1) { IsDynamic = false },
        new("offsets.topic.replication.factor", ConfigType.Short, "3", Min: 1) { IsDynamic = false },
        new("producer.id.expiration.ms", ConfigType.Int, "86400000", Min: 1),
        new("replica.lag.time.max.ms", ConfigType.Long, "30000") { IsDynamic = false },
        new("socket.request.max.bytes", ConfigType.Int, "104857600", Min: 1) { IsDynamic = false },
        new("transaction.max.timeout.ms", ConfigType.Int, "900000", Min: 1) { IsDynamic = false },
        new("transactional.id.expiration.ms", ConfigType.Int, "604800000", Min: 1) { IsDynamic = false },
        new("unclean.leader.election.enable", ConfigType.Boolean, "false"),
    ];

    /// <summary>
    /// Described because tools look at them; what they are about is not there, goes by itself, or is an option of the cluster.
    /// </summary>
    private static readonly HashSet<string> WithoutEffect =
    [
        "advertised.listeners", "broker.id", "broker.rack", "connections.max.idle.ms", "delete.topic.enable",
        "group.consumer.heartbeat.interval.ms", "group.consumer.session.timeout.ms", "listeners", "log.cleaner.enable", "log.dirs",
        "log.index.interval.bytes", "log.index.size.max.bytes", "log.local.retention.bytes", "log.local.retention.ms", "log.preallocate",
        "log.roll.jitter.ms", "log.segment.delete.delay.ms", "node.id", "num.io.threads", "num.network.threads", "num.replica.fetchers",
        "offsets.retention.minutes", "offsets.topic.num.partitions", "offsets.topic.replication.factor", "socket.request.max.bytes",
        "transactional.id.expiration.ms", "unclean.leader.election.enable",
    ];

    /// <summary>Obeyed where access is decided, and not described.</summary>
    private static readonly HashSet<string> OfAuthorizer = ["authorizer.class.name", "super.users", "allow.everyone.if.no.acl.found"];

    private static readonly Dictionary<string, ConfigKey> ByName = All.ToDictionary(key => key.Name);

    /// <summary>
    /// Why brokers cannot be started with these settings; null when they can. Those that are not known are left alone, as by Kafka.
    /// </summary>
    public static string? Check(IEnumerable<KeyValuePair<string, string>> settings) =>
        settings.Select(setting => Find(setting.Key)?.Check(setting.Value)).FirstOrDefault(problem => problem is not null);

    /// <summary>Whether brokers that are started with this setting are any different for it.</summary>
    public static bool HasEffect(string name) => OfAuthorizer.Contains(name) || (ByName.ContainsKey(name) && !WithoutEffect.Contains(name));

    public static ConfigKey? Find(string name) => ByName.GetValueOrDefault(name);
}

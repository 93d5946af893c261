using Heliostat.Configuration.Options;

namespace Heliostat.Configuration.Settings.Tables;

/// <summary>
/// Connect's <c>DistributedConfig</c>: where a flow keeps its state, on the target; and how the processes that run it share it.
/// </summary>
internal static class WorkerSettings
{
    private const string NoPlugins = "there are no plug-ins to find";
    private const string NoRest = "there is no server: processes share a flow through a group on its target";
    private const string NoConnect = "Connect's config and status topics are those of heliostat connect; a file of flows has none";
    private const string NoRebalance =
        "lanes that stay with a process go on while others move, and a dead process's move as soon as its session is over";
    private const string OwnMetrics = "there is no JMX: metrics are for Prometheus, where --metrics or heliostat.metrics.listeners says";
    private const string BytesOnly = "records are passed on as they are, byte for byte";
    private const string ByteArrayConverter = "org.apache.kafka.connect.converters.ByteArrayConverter";

    public static readonly TypedSetting<string> GroupId = Declare.Setting("group.id", Kinds.String, null,
        "The group on the target in which processes share a flow, and the beginning of transactional ids under exactly-once; SOURCE-mm2 "
            + "when absent.", "0.9");

    public static readonly TypedSetting<TimeSpan> SessionTimeout = Declare.Setting(
        "session.timeout.ms", Kinds.Milliseconds(SettingType.Int, 1), "6000",
        "A process that is silent for this long has its lanes taken over by the others of its flow.", "0.9", kafka: "10000");

    public static readonly TypedSetting<TimeSpan> HeartbeatInterval = Declare.Setting(
        "heartbeat.interval.ms", Kinds.Milliseconds(SettingType.Int, 1), "500",
        "How often a process shows the others of its flow that it is there, and hears of them.", "0.9", kafka: "3000");

    public static readonly TypedSetting<TimeSpan> RebalanceTimeout = Declare.Setting(
        "rebalance.timeout.ms", Kinds.Milliseconds(SettingType.Int, 1), "60000",
        "How long the processes of a flow wait for one of them to join again.", "0.10.1");

    public static readonly TypedSetting<string> OffsetStorageTopic = Declare.Setting("offset.storage.topic", Kinds.String, null,
        "Where positions are stored; mm2-offsets.SOURCE.internal when absent.", "0.9");

    public static readonly TypedSetting<int> OffsetStoragePartitions = Declare.Setting("offset.storage.partitions", Kinds.Int(-1), "25",
        "Partitions of the offsets topic when it is created.", "0.10.2");

    public static readonly TypedSetting<short> OffsetStorageReplicationFactor = Declare.Setting("offset.storage.replication.factor",
        Kinds.Short(), "3", "Replicas of the offsets topic when it is created.", "0.10.2");

    public static readonly TypedSetting<TimeSpan> OffsetFlushInterval = Declare.Setting(
        "offset.flush.interval.ms", Kinds.Milliseconds(SettingType.Long, 1), "1000", "How often positions are stored.", "0.9",
        kafka: "60000");

    public static readonly TypedSetting<ExactlyOnceSourceSupport> ExactlyOnce = Declare.Setting(
        "exactly.once.source.support", Kinds.OneOf(ignoreCase: true, ("disabled", ExactlyOnceSourceSupport.Disabled),
            ("preparing", ExactlyOnceSourceSupport.Preparing), ("enabled", ExactlyOnceSourceSupport.Enabled)), "disabled",
            "Write records and positions in one transaction (KIP-618).", "3.3");

    public static SettingTable Table { get; } = new(
    [
        GroupId, SessionTimeout, HeartbeatInterval, RebalanceTimeout, OffsetStorageTopic, OffsetStoragePartitions,
        OffsetStorageReplicationFactor, OffsetFlushInterval, ExactlyOnce, DriverSettings.ConfigProviders,
        .. ClusterSettings.Common(kafkaReceiveBuffer: "32768"),
        .. SecuritySettings.Table.Settings,
        Declare.Refused("key.converter", SettingType.Class, ByteArrayConverter, "How keys are read and written.", BytesOnly, "0.9",
            ByteArrayConverter),
        Declare.Refused("value.converter", SettingType.Class, ByteArrayConverter, "How values are read and written.", BytesOnly, "0.9",
            ByteArrayConverter),
        Declare.Refused("header.converter", SettingType.Class, ByteArrayConverter, "How headers are read and written.", BytesOnly, "1.1",
            ByteArrayConverter),
        Declare.Unused("key.converter.plugin.version", SettingType.String, null, NoPlugins, "4.1"),
        Declare.Unused("value.converter.plugin.version", SettingType.String, null, NoPlugins, "4.1"),
        Declare.Unused("header.converter.plugin.version", SettingType.String, null, NoPlugins, "4.1"),
        Declare.Unused("client.id", SettingType.String, "", "a flow's clients are named after what they do", "0.9"),
        Declare.Unused("offset.flush.timeout.ms", SettingType.Long, "5000", "positions are stored without stopping anything", "0.9"),
        Declare.Unused("config.storage.topic", SettingType.String, null, NoConnect, "0.9"),
        Declare.Unused("config.storage.replication.factor", SettingType.Short, "3", NoConnect, "0.10.2"),
        Declare.Unused("status.storage.topic", SettingType.String, null, NoConnect, "0.10"),
        Declare.Unused("status.storage.partitions", SettingType.Int, "5", NoConnect, "0.10.2"),
        Declare.Unused("status.storage.replication.factor", SettingType.Short, "3", NoConnect, "0.10.2"),
        Declare.Unused("scheduled.rebalance.max.delay.ms", SettingType.Int, "300000", NoRebalance, "2.3"),
        Declare.Unused("connect.protocol", SettingType.String, "sessioned", NoRebalance, "2.3", "sessioned", "compatible"),
        Declare.Unused("worker.sync.timeout.ms", SettingType.Int, "3000", NoRebalance, "0.9"),
        Declare.Unused("worker.unsync.backoff.ms", SettingType.Int, "300000", NoRebalance, "0.9"),
        Declare.Unused("task.shutdown.graceful.timeout.ms", SettingType.Long, "5000", "a stop waits for what is in flight (--grace)",
            "0.9"),
        Declare.Unused("topic.tracking.enable", SettingType.Boolean, "true", NoConnect, "2.5"),
        Declare.Unused("topic.tracking.allow.reset", SettingType.Boolean, "true", NoConnect, "2.5"),
        Declare.Unused("topic.creation.enable", SettingType.Boolean, "true", "topics are created like the source's", "2.6"),
        Declare.Unused("inter.worker.key.generation.algorithm", SettingType.String, "HmacSHA256", NoRest, "2.4"),
        Declare.Unused("inter.worker.key.size", SettingType.Int, null, NoRest, "2.4"),
        Declare.Unused("inter.worker.key.ttl.ms", SettingType.Int, "3600000", NoRest, "2.4"),
        Declare.Unused("inter.worker.signature.algorithm", SettingType.String, "HmacSHA256", NoRest, "2.4"),
        Declare.Unused("inter.worker.verification.algorithms", SettingType.List, "HmacSHA256", NoRest, "2.4"),
        Declare.Unused("plugin.path", SettingType.List, null, NoPlugins, "0.11"),
        Declare.Unused("plugin.discovery", SettingType.String, "hybrid_warn", NoPlugins, "3.6"),
        Declare.Unused("connector.client.config.override.policy", SettingType.String, "All",
            "every override is allowed, as in MirrorMaker 2", "2.3", "All"),
        Declare.Unused("rest.extension.classes", SettingType.List, "", NoRest, "2.0", ""),
        Declare.Unused("admin.listeners", SettingType.List, null, NoRest, "2.0"),
        Declare.Unused("listeners", SettingType.List, "http://:8083", NoRest, "1.1"),
        Declare.Unused("rest.advertised.host.name", SettingType.String, null, NoRest, "0.9"),
        Declare.Unused("rest.advertised.port", SettingType.Int, null, NoRest, "0.9"),
        Declare.Unused("rest.advertised.listener", SettingType.String, null, NoRest, "1.1"),
        Declare.Unused("ssl.client.auth", SettingType.String, "none", NoRest, "1.1", "none"),
        Declare.Unused("access.control.allow.origin", SettingType.String, "", NoRest, "0.9"),
        Declare.Unused("access.control.allow.methods", SettingType.String, "", NoRest, "0.10"),
        Declare.Unused("response.http.headers.config", SettingType.String, "", NoRest, "2.6"),
    ],
    [
        new SettingFamily("offset.storage.", ""), new SettingFamily("config.storage.", NoConnect),
        new SettingFamily("status.storage.", NoConnect), new SettingFamily("config.providers.", "providers are taken from the top level"),
        new SettingFamily("listeners.https.", NoRest), new SettingFamily("metrics.context.", OwnMetrics),
    ]);
}

using Heliostat.Configuration.Options;

namespace Heliostat.Configuration.Settings.Tables;

/// <summary>Kafka's consumer settings: those of the source cluster.</summary>
internal static class ConsumerSettings
{
    private const string JavaClass = "Java classes cannot be loaded; bytes are passed on as they are";
    private const string ZooKeeper = "it belongs to the consumer that read through ZooKeeper; name the brokers in bootstrap.servers";
    private const string ByteArray = "org.apache.kafka.common.serialization.ByteArrayDeserializer";

    public static readonly TypedSetting<string> GroupId = Declare.String(
        "group.id", null, "The consumer group that shares the partitions and stores the positions.");

    public static readonly TypedSetting<string> GroupInstanceId = Declare.String(
        "group.instance.id", null, "Makes this a static member of the group (KIP-345).", since: "2.3.0");

    public static readonly TypedSetting<string> ClientRack = Declare.String(
        "client.rack", "", "The rack to fetch from, if a replica is there (KIP-392).", since: "2.4.0");

    public static readonly TypedSetting<AutoOffsetReset> AutoOffsetReset = Declare.OneOf(
        "auto.offset.reset", "earliest", "Where a partition without a committed offset starts.", ignoreCase: true,
        [("earliest", Options.AutoOffsetReset.Earliest), ("latest", Options.AutoOffsetReset.Latest), ("none", Options.AutoOffsetReset.None)],
        kafka: "latest");

    public static readonly TypedSetting<IsolationLevel> IsolationLevel = Declare.OneOf(
        "isolation.level", "read_committed", "Whether records of aborted transactions are left out.", ignoreCase: true,
        [("read_committed", Configuration.Options.IsolationLevel.ReadCommitted), ("read_uncommitted", Configuration.Options.IsolationLevel.ReadUncommitted)],
        kafka: "read_uncommitted", since: "0.11.0");

    public static readonly TypedSetting<int> FetchMinBytes = Declare.Int(
        "fetch.min.bytes", 1, 0, "A broker answers a fetch once it has this many bytes, or after fetch.max.wait.ms.");

    public static readonly TypedSetting<int> FetchMaxBytes = Declare.Int(
        "fetch.max.bytes", 52_428_800, 0, "The most bytes of one fetch response; one larger batch is still delivered.", since: "0.10.1");

    public static readonly TypedSetting<int> MaxPartitionFetchBytes = Declare.Int(
        "max.partition.fetch.bytes", 1_048_576, 0, "The most bytes of one partition in one fetch response; one larger batch is still delivered.");

    public static readonly TypedSetting<TimeSpan> FetchMaxWait = Declare.Milliseconds(
        "fetch.max.wait.ms", SettingType.Int, 500, 0, "How long a broker may hold a fetch that found less than fetch.min.bytes.");

    public static readonly TypedSetting<TimeSpan> SessionTimeout = Declare.Milliseconds(
        "session.timeout.ms", SettingType.Int, 45_000, 1, "A group member that was silent for this long loses its partitions.");

    public static readonly TypedSetting<TimeSpan> HeartbeatInterval = Declare.Milliseconds(
        "heartbeat.interval.ms", SettingType.Int, 3_000, 1, "How often a group member reports to the coordinator.");

    public static readonly TypedSetting<TimeSpan> MaxPollInterval = Declare.Milliseconds(
        "max.poll.interval.ms", SettingType.Int, 300_000, 1, "How long a rebalance waits for its members; there is no polling that it could bound.", since: "0.10.1");

    public static readonly TypedSetting<IReadOnlyList<AssignmentStrategy>> PartitionAssignmentStrategy = Declare.List(
        "partition.assignment.strategy", "sticky,range", "How partitions are shared out in the group, in order of preference.", Strategy,
        "range, roundrobin, sticky, cooperative-sticky, or Kafka's class of that name",
        kafka: "org.apache.kafka.clients.consumer.RangeAssignor,org.apache.kafka.clients.consumer.CooperativeStickyAssignor");

    public static readonly TypedSetting<bool> ExcludeInternalTopics = Declare.Boolean(
        "exclude.internal.topics", true, "Kafka's own topics are never matched by a pattern.");

    public static readonly TypedSetting<bool> CheckCrcs = Declare.Boolean(
        "check.crcs", true, "Verify a batch before its records are rewritten; batches that pass unopened are verified by the target's brokers.");

    public static readonly TypedSetting<TimeSpan> DefaultApiTimeout = Declare.Milliseconds(
        "default.api.timeout.ms", SettingType.Int, null, 0,
        "How long the source may take to answer at the start; later requests are repeated until told to stop. When absent, ten seconds.", kafka: "60000", since: "2.0.0");

    private static readonly (TypedSetting<int> ReceiveBuffer, IReadOnlyList<Setting> All) Cluster = ClusterSettings.For(kafkaReceiveBuffer: "65536");

    public static TypedSetting<int> ReceiveBuffer => Cluster.ReceiveBuffer;

    public static SettingTable Table { get; } = new(
    [
        .. Cluster.All, GroupId, GroupInstanceId, ClientRack, AutoOffsetReset, IsolationLevel, FetchMinBytes, FetchMaxBytes, MaxPartitionFetchBytes,
        FetchMaxWait, SessionTimeout, HeartbeatInterval, MaxPollInterval, PartitionAssignmentStrategy, ExcludeInternalTopics, CheckCrcs, DefaultApiTimeout,
        Declare.Unused("enable.auto.commit", SettingType.Boolean, "true", "offsets are committed only for what the target acknowledged", null, "false"),
        Declare.Unused("auto.commit.interval.ms", SettingType.Int, "5000", "offsets are committed only for what the target acknowledged"),
        Declare.Unused("key.deserializer", SettingType.Class, null, JavaClass, null, ByteArray),
        Declare.Unused("value.deserializer", SettingType.Class, null, JavaClass, null, ByteArray),
        Declare.Unused("max.poll.records", SettingType.Int, "500", "whole batches are moved; fetch.max.bytes bounds them", "0.10.0"),
        Declare.Unused("allow.auto.create.topics", SettingType.Boolean, "true", "topics are never created on the source", "2.3.0", "false"),
        Declare.Unused("group.protocol", SettingType.String, "classic", "only the classic group protocol is spoken", "3.7.0", "classic"),
        Declare.Unused("group.remote.assignor", SettingType.String, null, "only the classic group protocol is spoken", "3.7.0"),
        Declare.Unused("share.acknowledgement.mode", SettingType.String, "implicit", "it belongs to share consumers", "4.1.0"),
        Declare.Unused("share.acquire.mode", SettingType.String, "BATCH_OPTIMIZED", "it belongs to share consumers", "4.2.0"),
        Declare.Unused("internal.throw.on.fetch.stable.offset.unsupported", SettingType.Boolean, "false", "it is internal to Kafka Streams", "2.5.0"),
        Declare.Unused("internal.leave.group.on.close", SettingType.Boolean, "true", "it is internal to Kafka Streams"),
        Declare.Unused("config.providers", SettingType.List, "", "values are taken as they are written", "2.0.0", ""),
        Declare.Unused("zookeeper.connect", SettingType.String, null, ZooKeeper),
        Declare.Unused("zookeeper.session.timeout.ms", SettingType.String, null, ZooKeeper),
        Declare.Unused("zookeeper.connection.timeout.ms", SettingType.String, null, ZooKeeper),
        Declare.Unused("zookeeper.sync.time.ms", SettingType.String, null, ZooKeeper),
        Declare.Unused("auto.commit.enable", SettingType.String, null, ZooKeeper),
        Declare.Unused("consumer.id", SettingType.String, null, ZooKeeper),
        Declare.Unused("dual.commit.enabled", SettingType.String, null, ZooKeeper),
        Declare.Unused("offsets.storage", SettingType.String, null, ZooKeeper),
        Declare.Unused("socket.receive.buffer.bytes", SettingType.String, null, ZooKeeper),
        Declare.Unused("socket.timeout.ms", SettingType.String, null, ZooKeeper),
        Declare.Unused("fetch.message.max.bytes", SettingType.String, null, ZooKeeper),
        Declare.Unused("fetch.wait.max.ms", SettingType.String, null, ZooKeeper),
        Declare.Unused("num.consumer.fetchers", SettingType.String, null, ZooKeeper),
        Declare.Unused("queued.max.message.chunks", SettingType.String, null, ZooKeeper),
        Declare.Unused("rebalance.max.retries", SettingType.String, null, ZooKeeper),
        Declare.Unused("rebalance.backoff.ms", SettingType.String, null, ZooKeeper),
        Declare.Unused("refresh.leader.backoff.ms", SettingType.String, null, ZooKeeper),
        Declare.Unused("consumer.timeout.ms", SettingType.String, null, ZooKeeper),
        Declare.Unused("shallow.iterator.enable", SettingType.String, null, ZooKeeper),
    ], [.. ClusterSettings.Families, new SettingFamily("config.providers.", "values are taken as they are written")]);

    private static AssignmentStrategy Strategy(string name) => name switch
    {
        "range" or "org.apache.kafka.clients.consumer.RangeAssignor" => AssignmentStrategy.Range,
        "roundrobin" or "org.apache.kafka.clients.consumer.RoundRobinAssignor" => AssignmentStrategy.RoundRobin,
        "sticky" or "org.apache.kafka.clients.consumer.StickyAssignor" => AssignmentStrategy.Sticky,
        "cooperative-sticky" or "org.apache.kafka.clients.consumer.CooperativeStickyAssignor" => AssignmentStrategy.CooperativeSticky,
        _ => throw new FormatException($"names '{name}', which is none of Kafka's own assignors; Java classes cannot be loaded"),
    };
}

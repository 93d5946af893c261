using Heliostat.Client.Groups;
using Heliostat.Client.Groups.Assignment;
using Heliostat.Configuration.Options;

namespace Heliostat.Configuration.Settings.Tables;

/// <summary>Kafka's consumer settings: those of the source cluster.</summary>
internal static class ConsumerSettings
{
    private const string JavaClass = "Java classes cannot be loaded; bytes are passed on as they are";
    private const string ZooKeeper =
        "it belongs to the consumer of Kafka 0.8, which read through ZooKeeper; name the brokers in bootstrap.servers";
    private const string ByteArray = "org.apache.kafka.common.serialization.ByteArrayDeserializer";

    public static readonly OptionTable<SourceOptions> Options = new(new SourceOptions
    {
        Client = ClusterSettings.Options.Defaults,
        Group = new GroupOptions { GroupId = "", Assignors = [Assignors.Sticky, Assignors.Range] },
    });

    public static readonly TypedSetting<string> GroupId = Options.DeclareEmpty(
        "group.id", Kinds.String, null, (o, v) => o with { Group = o.Group with { GroupId = v } },
        "The consumer group that shares the partitions and stores the positions.");

    public static readonly TypedSetting<AutoOffsetReset> AutoOffsetReset = Options.Declare(
        "auto.offset.reset",
        Kinds.Formerly(
            Kinds.OneOf(
                ignoreCase: true, ("earliest", Configuration.Options.AutoOffsetReset.Earliest),
                ("latest", Configuration.Options.AutoOffsetReset.Latest),
                ("none", Configuration.Options.AutoOffsetReset.None)),
            "0.8", ("smallest", "earliest"), ("largest", "latest")),
        o => o.AutoOffsetReset, (o, v) => o with { AutoOffsetReset = v }, "Where a partition without a committed offset starts.",
        kafka: "latest");

    public static readonly TypedSetting<IsolationLevel> IsolationLevel = Options.Declare(
        "isolation.level",
        Kinds.OneOf(ignoreCase: true, ("read_committed", Heliostat.Protocol.Vocabulary.IsolationLevel.ReadCommitted),
            ("read_uncommitted", Heliostat.Protocol.Vocabulary.IsolationLevel.ReadUncommitted)),
        o => o.Fetch.IsolationLevel, (o, v) => o with { Fetch = o.Fetch with { IsolationLevel = v } },
        "Whether records of aborted transactions are left out.", "0.11.0", "read_uncommitted");

    public static readonly TypedSetting<TimeSpan> SessionTimeout = Options.Declare(
        "session.timeout.ms", Kinds.Milliseconds(SettingType.Int, 1), o => o.Group.SessionTimeout,
        (o, v) => o with { Group = o.Group with { SessionTimeout = v } },
        "A group member that was silent for this long loses its partitions.");

    public static readonly TypedSetting<TimeSpan> HeartbeatInterval = Options.Declare(
        "heartbeat.interval.ms", Kinds.Milliseconds(SettingType.Int, 1), o => o.Group.HeartbeatInterval,
        (o, v) => o with { Group = o.Group with { HeartbeatInterval = v } },
        "How often a group member reports to the coordinator.");

    public static readonly TypedSetting<IReadOnlyList<IAssignor>> PartitionAssignmentStrategy = Options.Declare(
        "partition.assignment.strategy",
        Kinds.ListOf(Strategy, static a => a.Name, "range, roundrobin, sticky, cooperative-sticky, or Kafka's class of that name"),
        o => o.Group.Assignors, (o, v) => o with { Group = o.Group with { Assignors = v } },
        "How partitions are shared out in the group, in order of preference.",
        kafka: "org.apache.kafka.clients.consumer.RangeAssignor,org.apache.kafka.clients.consumer.CooperativeStickyAssignor");

    public static readonly TypedSetting<bool> ExcludeInternalTopics = Declare.Setting(
        "exclude.internal.topics", Kinds.Boolean, "true", "Kafka's own topics are never matched by a pattern.");

    public static SettingTable Table { get; } = new(
    [
        .. ClusterSettings.For(kafkaReceiveBuffer: "65536"), .. SecuritySettings.Keys, GroupId, AutoOffsetReset, IsolationLevel,
        SessionTimeout, HeartbeatInterval, PartitionAssignmentStrategy, ExcludeInternalTopics, Options.DeclareEmpty(
            "group.instance.id", Kinds.String, null,
            (o, v) => o with { Group = o.Group with { GroupInstanceId = v.Length > 0 ? v : null } },
            "Makes this a static member of the group (KIP-345).", "2.3.0"),
        Options.DeclareEmpty(
            "client.rack", Kinds.String, "",
            (o, v) => v.Length == 0 ? o : o with { Fetch = o.Fetch with { Rack = v }, Group = o.Group with { ClientRack = v } },
            "The rack to fetch from, if a replica is there (KIP-392).", "2.4.0"),
        Options.Declare(
            "fetch.min.bytes", Kinds.Int(0), o => o.Fetch.MinBytes, (o, v) => o with { Fetch = o.Fetch with { MinBytes = v } },
            "A broker answers a fetch once it has this many bytes, or after fetch.max.wait.ms."),
        Options.Declare(
            "fetch.max.bytes", Kinds.Int(0), o => o.Fetch.MaxBytes, (o, v) => o with { Fetch = o.Fetch with { MaxBytes = v } },
            "The most bytes of one fetch response; one larger batch is still delivered.", "0.10.1"),
        Options.Declare(
            "max.partition.fetch.bytes", Kinds.Int(0), o => o.Fetch.MaxPartitionBytes,
            (o, v) => o with { Fetch = o.Fetch with { MaxPartitionBytes = v } },
            "The most bytes of one partition in one fetch response; one larger batch is still delivered."),
        Options.Declare(
            "fetch.max.wait.ms", Kinds.Milliseconds(SettingType.Int, 0), o => o.Fetch.MaxWait,
            (o, v) => o with { Fetch = o.Fetch with { MaxWait = v } },
            "How long a broker may hold a fetch that found less than fetch.min.bytes."),
        Options.Declare(
            "max.poll.interval.ms", Kinds.Milliseconds(SettingType.Int, 1), o => o.Group.RebalanceTimeout,
            (o, v) => o with { Group = o.Group with { RebalanceTimeout = v } },
            "How long a rebalance waits for its members; there is no polling that it could bound.", "0.10.1"),
        Options.Declare(
            "check.crcs", Kinds.Boolean, o => o.CheckCrcs, (o, v) => o with { CheckCrcs = v },
            "Verify a batch before its records are rewritten; batches that pass unopened are verified by the target's brokers."),
        Options.DeclareEmpty(
            "default.api.timeout.ms", Kinds.Milliseconds(SettingType.Int, 0), null,
            (o, v) => o with { FirstAnswer = v, Client = o.Client with { CallTimeout = v } },
            "How long the source may take to answer at the start; later requests are repeated until told to stop. When absent, ten "
                + "seconds.", "2.0.0", "60000"),
        Declare.Unused("enable.auto.commit", SettingType.Boolean, "true", "offsets are committed only for what the target acknowledged",
            null, "false"),
        Declare.Unused("auto.commit.interval.ms", SettingType.Int, "5000", "offsets are committed only for what the target acknowledged"),
        Declare.Unused("key.deserializer", SettingType.Class, null, JavaClass, null, ByteArray),
        Declare.Unused("value.deserializer", SettingType.Class, null, JavaClass, null, ByteArray),
        Declare.Unused("max.poll.records", SettingType.Int, "500", "whole batches are moved; fetch.max.bytes bounds them", "0.10.0"),
        Declare.Unused("allow.auto.create.topics", SettingType.Boolean, "true", "topics are never created on the source", "2.3.0", "false"),
        Declare.Unused("group.protocol", SettingType.String, "classic", "only the classic group protocol is spoken", "3.7.0", "classic"),
        Declare.Unused("group.remote.assignor", SettingType.String, null, "only the classic group protocol is spoken", "3.7.0"),
        Declare.Unused("share.acknowledgement.mode", SettingType.String, "implicit", "it belongs to share consumers", "4.1.0"),
        Declare.Unused("share.acquire.mode", SettingType.String, "BATCH_OPTIMIZED", "it belongs to share consumers", "4.2.0"),
        Declare.Unused("internal.throw.on.fetch.stable.offset.unsupported", SettingType.Boolean, "false", "it is internal to Kafka Streams",
            "2.5.0"),
        Declare.Unused("internal.leave.group.on.close", SettingType.Boolean, "true", "it is internal to Kafka Streams"),
        Declare.Unused("config.providers", SettingType.List, "", "providers are taken from the top level", "2.0.0", ""),
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
    ], [new SettingFamily("config.providers.", "providers are taken from the top level")]);

    private static IAssignor Strategy(string name) => name switch
    {
        "range" or "org.apache.kafka.clients.consumer.RangeAssignor" => Assignors.Range,
        "roundrobin" or "org.apache.kafka.clients.consumer.RoundRobinAssignor" => Assignors.RoundRobin,
        "sticky" or "org.apache.kafka.clients.consumer.StickyAssignor" => Assignors.Sticky,
        "cooperative-sticky" or "org.apache.kafka.clients.consumer.CooperativeStickyAssignor" => Assignors.CooperativeSticky,
        _ => throw new FormatException($"names '{name}', which is none of Kafka's own assignors; Java classes cannot be loaded"),
    };
}

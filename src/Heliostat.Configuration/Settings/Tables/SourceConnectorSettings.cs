using System.Globalization;
using Heliostat.Configuration.Options;

namespace Heliostat.Configuration.Settings.Tables;

/// <summary><c>MirrorSourceConfig</c>: which topics are mirrored, and how.</summary>
internal static class SourceConnectorSettings
{
    private const string Package = "org.apache.kafka.connect.mirror.";

    public static readonly TypedSetting<IReadOnlyList<string>> Topics = Declare.Setting("topics", Kinds.Patterns, ".*", "Topics to mirror.",
        "2.4");

    public static readonly TypedSetting<IReadOnlyList<string>> TopicsExclude = Declare.Setting(
        "topics.exclude", Kinds.Patterns, @"mm2.*\.internal,.*\.replica,__.*", "Topics not to mirror; wins over topics.", "2.7");

    public static readonly TypedSetting<IReadOnlyList<string>> ConfigPropertiesExclude = Declare.Setting(
        "config.properties.exclude",
        Kinds.Patterns,
        "follower.replication.throttled.replicas,leader.replication.throttled.replicas,message.timestamp.difference.max.ms,"
        + "log.message.timestamp.before.max.ms,"
        + "log.message.timestamp.after.max.ms,message.timestamp.type,unclean.leader.election.enable,min.insync.replicas",
        "Topic configs that are never copied.", "2.7");

    public static readonly TypedSetting<bool> UseDefaultsFromSource = Declare.Setting(
        "use.defaults.from", Kinds.OneOf(ignoreCase: false, ("target", false), ("source", true)), "target",
            "Whose defaults hold for topic configs that nobody set (KIP-894).", "3.5");

    public static readonly TypedSetting<bool> RefreshTopics = Declare.Setting("refresh.topics.enabled", Kinds.Boolean, "true",
        "Look for new topics and partitions while running.", "2.4");

    public static readonly TypedSetting<TimeSpan> RefreshTopicsInterval = Declare.Setting(
        "refresh.topics.interval.seconds", Kinds.Seconds, "3", "How often new topics and partitions are looked for.", "2.4", kafka: "600");

    public static readonly TypedSetting<bool> SyncTopicConfigs = Declare.Setting("sync.topic.configs.enabled", Kinds.Boolean, "true",
        "Keep the configs of mirrored topics as on the source.", "2.4");

    public static readonly TypedSetting<TimeSpan> SyncTopicConfigsInterval = Declare.Setting(
        "sync.topic.configs.interval.seconds", Kinds.Seconds, "60", "How often topic configs are compared.", "2.4", kafka: "600");

    public static readonly TypedSetting<bool> SyncTopicAcls = Declare.Setting("sync.topic.acls.enabled", Kinds.Boolean, "true",
        "Give mirrored topics the source's read ACLs.", "2.4");

    public static readonly TypedSetting<TimeSpan> SyncTopicAclsInterval = Declare.Setting(
        "sync.topic.acls.interval.seconds", Kinds.Seconds, "60", "How often topic ACLs are compared.", "2.4", kafka: "600");

    public static readonly TypedSetting<bool> SyncPrefixedAcls = Declare.Setting(
        "heliostat.sync.topic.acls.prefixed.enabled", Kinds.Boolean, "false",
        "Copy ACLs about prefixes and about all topics too, to the mirrored topics they cover and to no others; MirrorMaker 2 does not.");

    public static readonly TypedSetting<bool> RemoveAcls = Declare.Setting(
        "heliostat.sync.topic.acls.removal.enabled", Kinds.Boolean, "false",
        "Take ACLs that were copied away from mirrored topics when they vanish from the source; MirrorMaker 2 leaves them for ever.");

    public static readonly TypedSetting<bool> SyncQuotas = Declare.Setting("heliostat.sync.client.quotas.enabled", Kinds.Boolean, "false",
        "Give users, client ids and addresses the quotas that they have on the source, where the target has none of its own for them.");

    public static readonly TypedSetting<TimeSpan> SyncQuotasInterval = Declare.Setting(
        "heliostat.sync.client.quotas.interval.seconds", Kinds.Seconds, "60", "How often quotas are compared.");

    public static readonly TypedSetting<TopicDelays> DeleteGoneAfter = Declare.Setting(
        "heliostat.delete.gone.topics.after", new SettingKind<TopicDelays>(SettingType.List, TopicDelays.Parse,
            delays => delays.ToString(), "a time such as 90s, 30m, 1h or 7d, or PATTERN:TIME, separated by commas; 0 for never"), "0",
        "Delete the mirror of a topic that has been gone from the source for so long: 7d, or by topics on the source, PATTERN:7d, the "
            + "first that matches. Not where it holds anything that this flow did not write. 0: never.");

    public static readonly TypedSetting<long> ThrottleBytes = Declare.Setting(
        "heliostat.throttle.bytes.per.second", Kinds.Long(min: 0), "0",
        "The most bytes of record batches a second that the flow takes in one process, on average over some seconds; 0: as many as it can. "
            + "heliostat throttle changes it while it runs.");

    public static readonly TypedSetting<long> AuditRate = Declare.Setting(
        "heliostat.audit.rate", Kinds.Long(min: 0), "0",
        "Compare all that was mirrored with the source while the flow runs, record by record, reading at most so many bytes a second of "
            + "both sides together, in one of its processes; what differs is told, counted and kept. 0: not.");

    public static readonly TypedSetting<long> TailMaxBytes = Declare.Setting(
        "heliostat.tail.max.bytes", Kinds.Long(min: 0), FlowOptions.DefaultTailMaxBytes.ToString(CultureInfo.InvariantCulture),
        "How much of each target partition is compared behind its stored position before a flow goes on, so that nothing is mirrored twice "
            + "after a crash; what is beyond may be. 0: nothing is.");

    public static readonly TypedSetting<bool> Fence = Declare.Setting(
        "heliostat.fence", Kinds.OneOf(ignoreCase: false, ("auto", true), ("lease", false)), "auto",
        "auto: each slot of the flow has a transactional id, if the target lets it, so that brokers refuse what a process that was killed "
            + "or stood still has under way; lease: none has.");

    public static readonly TypedSetting<TopicDelays> Delay = Declare.Setting(
        "heliostat.delay", new SettingKind<TopicDelays>(SettingType.List, TopicDelays.Parse, delays => delays.ToString(),
            "a time such as 90s, 30m, 1h or 7d, or PATTERN:TIME, separated by commas; 0 for none"), "0",
        "How old records are to be when they are mirrored, by their own time: 1h, or by topics on the source, PATTERN:1h, the first that "
            + "matches. A batch goes whole, when its youngest record is old enough.");

    public static readonly TypedSetting<TopicBounds> From = Declare.Setting(
        "heliostat.from", new SettingKind<TopicBounds>(SettingType.List, TopicBounds.ParseFrom, bounds => bounds.ToString(),
            "a time such as 2026-11-01T00:00:00Z, or offset:N; or PATTERN:PLACE, separated by commas"), "",
        "Where partitions begin that no position is stored of: at the first record that has this time or a later one, or at an offset; or "
            + "so for topics whose names match, the first that matches counts. Else as auto.offset.reset says.");

    public static readonly TypedSetting<TimeWindows?> Window = Declare.Setting(
        "heliostat.window", new SettingKind<TimeWindows?>(SettingType.List, TimeWindows.Parse, windows => windows?.ToString() ?? "",
            "windows such as 22:00-06:00, mon-fri 22:00-06:00 or 22:00-06:00 Europe/Berlin, separated by commas"), "",
        "When records are mirrored: windows of the day, on all days or some, in UTC or a time zone. Outside of them lanes wait, and "
            + "groups, topics and the rest are looked after as ever.");

    public static readonly TypedSetting<TopicBounds> Until = Declare.Setting(
        "heliostat.until", new SettingKind<TopicBounds>(SettingType.List, TopicBounds.ParseUntil, bounds => bounds.ToString(),
            "end, a time such as 2026-11-01T00:00:00Z, or offset:N; or PATTERN:PLACE, separated by commas"), "",
        "Where partitions end: before the first record that has this time or a later one, before an offset, or where the log ends as the "
            + "partition is begun; or so for topics whose names match, the first that matches counts.");

    public static readonly TypedSetting<EqualTopics> Offsets =
        new(new SettingKind<EqualTopics>(SettingType.List, EqualTopics.Parse, topics => topics.ToString(), "own, equal"))
        {
            Key = "heliostat.offsets",
            Type = SettingType.List,
            Default = "own",
            Description =
                "equal: a record has the same offset on the target as on the source; or PATTERN:equal for topics whose names match, the "
                    + "first that matches counts.",
            Allowed = "own, equal",
        };

    public static readonly TypedSetting<long> MaxFill = Declare.Setting(
        "heliostat.offsets.equal.max.fill", Kinds.Long(min: 0), "10000000000",
        "Where offsets are equal: the most offsets without a record that are filled at once, of a partition. A log that starts further on, "
            + "or a larger hole, halts the partition.");

    public static readonly TypedSetting<int> ReplicationFactor = Declare.Setting("replication.factor", Kinds.Int(), "2",
        "Replicas of created topics; -1 asks for the broker's default.", "2.4");

    public static readonly TypedSetting<short> OffsetSyncsReplicationFactor = Declare.Setting("offset-syncs.topic.replication.factor",
        Kinds.Short(), "3", "Replicas of the offset-syncs topic.", "2.4");

    public static readonly TypedSetting<OffsetSyncsLocation> OffsetSyncsLocation = Declare.Setting(
        "offset-syncs.topic.location", Kinds.OneOf(ignoreCase: false, ("source", Options.OffsetSyncsLocation.Source),
            ("target", Options.OffsetSyncsLocation.Target)), "source",
            "The cluster on which offset syncs are written (KIP-716).", "3.0");

    public static readonly TypedSetting<bool> EmitOffsetSyncs = Declare.Setting("emit.offset-syncs.enabled", Kinds.Boolean, "true",
        "Write offset syncs for MirrorMaker 2's readers (KIP-1031).", "3.9");

    public static readonly TypedSetting<long> OffsetLagMax = Declare.Setting("offset.lag.max", Kinds.Long(), "100",
        "How far apart offset syncs may be.", "2.4");

    public static readonly TypedSetting<bool> ReplicateHeartbeats = Declare.Setting(
        "heartbeats.replication.enabled", Kinds.Boolean, "true", "Mirror heartbeats topics whatever topics says (KIP-1089).", "4.0");

    public static readonly TypedSetting<ExactlyOnceSupport> ExactlyOnce = Declare.Setting(
        "exactly.once.support",
        Kinds.OneOf(ignoreCase: true, ("requested", ExactlyOnceSupport.Requested), ("required", ExactlyOnceSupport.Required)), "requested",
            "Whether a start without exactly-once is refused.", "3.3");

    public static readonly TypedSetting<string> OffsetsStorageTopic = Declare.Setting("offsets.storage.topic", Kinds.String, null,
        "An offsets topic of its own for the source connector.", "3.3");

    /// <summary>The topic filter, which the checkpoint connector has as well.</summary>
    public static readonly Setting TopicFilter = Declare.Setting(
        "topic.filter.class", Kinds.ClassOf((Package + "DefaultTopicFilter", true)), Package + "DefaultTopicFilter",
        "Who decides which topics are mirrored.", "2.4");

    public static readonly Setting PollTimeout = Declare.Unused("consumer.poll.timeout.ms", SettingType.Long, "1000",
        "there is no polling: fetches are answered as records arrive", "2.4");

    public static readonly Setting MetricNames = Declare.Unused("metric.names.formats", SettingType.List, "legacy",
        "there is no JMX: metrics are for Prometheus, where --metrics or heliostat.metrics.listeners says", "4.3", "legacy");

    private const string TransactionLength = "a transaction lasts half a second, or offset.flush.interval.ms where that is shorter";

    /// <summary>
    /// Settings that the connector or a filter reads without being in its definition: they have an effect under <c>A->B.</c> only.
    /// </summary>
    public static IReadOnlyList<Setting> FlowOnly { get; } =
    [
        UseDefaultsFromSource, ExactlyOnce, OffsetsStorageTopic, LossSettings.DeadLetters, LossSettings.DeadLettersReplicationFactor,
        Declare.UnusedOneOf("transaction.boundary", "poll", TransactionLength, ignoreCase: true, ["poll", "interval"], "3.3"),
        Declare.Unused("transaction.boundary.interval.ms", SettingType.Long, null, TransactionLength, "3.3"),
        Declare.Unused("topic.creation.groups", SettingType.List, "", "topics are created like the source's", "2.6", ""),
        Declare.Unused("task.assigned.partitions", SettingType.List, null, "it is internal to MirrorMaker 2", "2.4"),
        Declare.Unused("task.index", SettingType.Int, null, "it is internal to MirrorMaker 2", "3.5"),
        .. SchemaSettings.Source.All, .. SchemaSettings.Target.All,
    ];

    public static SettingTable Table { get; } = new(
    [
        Topics, TopicsExclude, ConfigPropertiesExclude, RefreshTopics, RefreshTopicsInterval, SyncTopicConfigs, SyncTopicConfigsInterval,
        SyncTopicAcls, SyncTopicAclsInterval, SyncPrefixedAcls, RemoveAcls, SyncQuotas, SyncQuotasInterval,
        DeleteGoneAfter, .. LossSettings.All, .. TransformSettings.All,
        .. SchemaSettings.OfFlow, .. JavaSettings.All,
        TailMaxBytes, Fence, ThrottleBytes, AuditRate, ReplicationFactor, OffsetSyncsReplicationFactor, OffsetSyncsLocation,
        EmitOffsetSyncs, OffsetLagMax, ReplicateHeartbeats, TopicFilter, PollTimeout, Offsets, MaxFill, Delay, From, Until, Window,
        MetricNames, Declare.Setting("config.property.filter.class", Kinds.ClassOf((Package + "DefaultConfigPropertyFilter", true)),
            Package + "DefaultConfigPropertyFilter", "Who decides which topic configs are copied.", "2.4"),
        Declare.Removed("topics.blacklist", SettingType.List, "2.4", "4.0", "topics.exclude", "Topics not to mirror."),
        Declare.Removed("config.properties.blacklist", SettingType.List, "2.4", "4.0", "config.properties.exclude",
            "Topic configs that are never copied."),
        Declare.Removed("use.incremental.alter.configs", SettingType.String, "3.5", "4.0", null,
            "Whether only the changed topic configs are sent: always, since 4.0."),
        Declare.Removed("add.source.alias.to.metrics", SettingType.Boolean, "3.5", "4.0", null,
            "Whether metrics name the source: always, since 4.0."),
        .. FlowOnly, .. ConnectorSettings.Shared, .. SecuritySettings.Table.Settings.Where(s => s.Key != "bootstrap.servers"),
    ], ConnectorFamilies);

    /// <summary>Keys of a connector that are known by how they begin.</summary>
    public static IReadOnlyList<SettingFamily> ConnectorFamilies =>
    [
        new SettingFamily("topic.creation.", "topics are created like the source's"),
        new SettingFamily("transforms.", ""),
        new SettingFamily("predicates.", ""),
        new SettingFamily("config.providers.", "providers are taken from the top level"),
    ];
}

namespace Heliostat.Configuration.Settings.Tables;

/// <summary><c>MirrorCheckpointConfig</c>: which groups are followed, and what is written for them.</summary>
internal static class CheckpointConnectorSettings
{
    private const string Package = "org.apache.kafka.connect.mirror.";

    public static readonly TypedSetting<IReadOnlyList<string>> Groups = Declare.Setting("groups", Kinds.Patterns, ".*",
        "Consumer groups whose offsets are translated.", "2.4");

    public static readonly TypedSetting<IReadOnlyList<string>> GroupsExclude = Declare.Setting(
        "groups.exclude", Kinds.Patterns, "console-consumer-.*,connect-.*,__.*", "Consumer groups that are left alone; wins over groups.",
        "2.7");

    public static readonly TypedSetting<bool> RefreshGroups = Declare.Setting("refresh.groups.enabled", Kinds.Boolean, "true",
        "Look for new groups while running.", "2.4");

    public static readonly TypedSetting<TimeSpan> RefreshGroupsInterval = Declare.Setting("refresh.groups.interval.seconds", Kinds.Seconds,
        "5", "How often new groups are looked for.", "2.4", kafka: "600");

    public static readonly TypedSetting<bool> EmitCheckpoints = Declare.Setting("emit.checkpoints.enabled", Kinds.Boolean, "true",
        "Write checkpoints for MirrorMaker 2's readers.", "2.4");

    public static readonly TypedSetting<TimeSpan> EmitCheckpointsInterval = Declare.Setting("emit.checkpoints.interval.seconds",
        Kinds.Seconds, "5", "How often checkpoints are written.", "2.4", kafka: "60");

    public static readonly TypedSetting<bool> SyncGroupOffsets = Declare.Setting(
        "sync.group.offsets.enabled", Kinds.Boolean, "false",
        "Write translated offsets to the target's groups, as long as those have no members (KIP-545).", "2.7");

    public static readonly TypedSetting<TimeSpan> SyncGroupOffsetsInterval = Declare.Setting(
        "sync.group.offsets.interval.seconds", Kinds.Seconds, "5", "How often translated offsets are written to groups.", "2.7",
        kafka: "60");

    public static readonly TypedSetting<short> CheckpointsReplicationFactor = Declare.Setting("checkpoints.topic.replication.factor",
        Kinds.Short(), "3", "Replicas of the checkpoints topic.", "2.4");

    public static SettingTable Table { get; } = new(
    [
        Groups, GroupsExclude, RefreshGroups, RefreshGroupsInterval, EmitCheckpoints, EmitCheckpointsInterval, SyncGroupOffsets,
        SyncGroupOffsetsInterval, CheckpointsReplicationFactor, SourceConnectorSettings.OffsetSyncsLocation,
        SourceConnectorSettings.TopicFilter, SourceConnectorSettings.PollTimeout, SourceConnectorSettings.MetricNames,
        Declare.Setting("group.filter.class", Kinds.ClassOf((Package + "DefaultGroupFilter", true)), Package + "DefaultGroupFilter",
            "Who decides which groups are followed.", "2.4"),
            Declare.Removed("groups.blacklist", SettingType.List, "2.4", "4.0", "groups.exclude", "Consumer groups that are left alone."),
        .. ConnectorSettings.Shared, .. SecuritySettings.Table.Settings.Where(s => s.Key != "bootstrap.servers"),
    ], SourceConnectorSettings.ConnectorFamilies);
}

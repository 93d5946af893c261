namespace Heliostat.Configuration.Settings.Tables;

/// <summary><c>MirrorCheckpointConfig</c>: which groups are followed, and what is written for them.</summary>
internal static class CheckpointConnectorSettings
{
    private const string Package = "org.apache.kafka.connect.mirror.";

    public static readonly TypedSetting<IReadOnlyList<string>> Groups = MirrorSetting.Patterns("groups", ".*", "Consumer groups whose offsets are translated.", "2.4");

    public static readonly TypedSetting<IReadOnlyList<string>> GroupsExclude = MirrorSetting.Patterns(
        "groups.exclude", "console-consumer-.*,connect-.*,__.*", "Consumer groups that are left alone; wins over groups.", "2.7");

    public static readonly TypedSetting<bool> RefreshGroups = MirrorSetting.Boolean("refresh.groups.enabled", true, "Look for new groups while running.", "2.4");

    public static readonly TypedSetting<TimeSpan> RefreshGroupsInterval = MirrorSetting.Seconds("refresh.groups.interval.seconds", 5, "How often new groups are looked for.", "2.4", kafka: "600");

    public static readonly TypedSetting<bool> EmitCheckpoints = MirrorSetting.Boolean("emit.checkpoints.enabled", true, "Write checkpoints for MirrorMaker 2's readers.", "2.4");

    public static readonly TypedSetting<TimeSpan> EmitCheckpointsInterval = MirrorSetting.Seconds("emit.checkpoints.interval.seconds", 5, "How often checkpoints are written.", "2.4", kafka: "60");

    public static readonly TypedSetting<bool> SyncGroupOffsets = MirrorSetting.Boolean(
        "sync.group.offsets.enabled", false, "Write translated offsets to the target's groups, as long as those have no members (KIP-545).", "2.7");

    public static readonly TypedSetting<TimeSpan> SyncGroupOffsetsInterval = MirrorSetting.Seconds(
        "sync.group.offsets.interval.seconds", 5, "How often translated offsets are written to groups.", "2.7", kafka: "60");

    public static readonly TypedSetting<short> CheckpointsReplicationFactor = MirrorSetting.Short("checkpoints.topic.replication.factor", 3, "Replicas of the checkpoints topic.", "2.4");

    public static SettingTable Table { get; } = new(
    [
        Groups, GroupsExclude, RefreshGroups, RefreshGroupsInterval, EmitCheckpoints, EmitCheckpointsInterval, SyncGroupOffsets, SyncGroupOffsetsInterval,
        CheckpointsReplicationFactor, SourceConnectorSettings.OffsetSyncsLocation, SourceConnectorSettings.TopicFilter, SourceConnectorSettings.PollTimeout, SourceConnectorSettings.MetricNames,
        MirrorSetting.ClassOf("group.filter.class", Package + "DefaultGroupFilter", "Who decides which groups are followed.", [(Package + "DefaultGroupFilter", true)], "2.4"),
        MirrorSetting.Removed("groups.blacklist", SettingType.List, "2.4", "4.0", "groups.exclude", "Consumer groups that are left alone."),
        .. ConnectorSettings.Shared, .. SecuritySettings.Table.Settings.Where(s => s.Key != "bootstrap.servers"),
    ], SourceConnectorSettings.ConnectorFamilies);
}

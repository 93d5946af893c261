namespace Heliostat.Configuration.Settings.Tables;

/// <summary><c>MirrorHeartbeatConfig</c>: the pulse of a flow.</summary>
internal static class HeartbeatConnectorSettings
{
    public static readonly TypedSetting<bool> EmitHeartbeats = Declare.Setting("emit.heartbeats.enabled", Kinds.Boolean, "true",
        "Write heartbeats to the target.", "2.4");

    public static readonly TypedSetting<TimeSpan> EmitHeartbeatsInterval = Declare.Setting("emit.heartbeats.interval.seconds",
        Kinds.Seconds, "1", "How often heartbeats are written.", "2.4");

    public static readonly TypedSetting<short> HeartbeatsReplicationFactor = Declare.Setting("heartbeats.topic.replication.factor",
        Kinds.Short(), "3", "Replicas of the heartbeats topic.", "2.4");

    public static SettingTable Table { get; } = new(
    [
        EmitHeartbeats, EmitHeartbeatsInterval, HeartbeatsReplicationFactor,
        .. ConnectorSettings.Shared, .. SecuritySettings.Table.Settings.Where(s => s.Key != "bootstrap.servers"),
    ], SourceConnectorSettings.ConnectorFamilies);
}

namespace Heliostat.Configuration.Settings.Tables;

/// <summary>The settings of each connector, and of all of them.</summary>
public static class ConnectorTables
{
    /// <summary>What <c>MirrorSourceConnector</c> knows.</summary>
    public static SettingTable Source => SourceConnectorSettings.Table;

    /// <summary>What <c>MirrorCheckpointConnector</c> knows.</summary>
    public static SettingTable Checkpoint => CheckpointConnectorSettings.Table;

    /// <summary>What <c>MirrorHeartbeatConnector</c> knows.</summary>
    public static SettingTable Heartbeat => HeartbeatConnectorSettings.Table;

    /// <summary><c>allConfigNames</c>: a top-level key reaches the connectors if and only if its exact name is one of these.</summary>
    internal static IReadOnlySet<string> Names { get; } = SourceConnectorSettings.Table.Settings
        .Concat(CheckpointConnectorSettings.Table.Settings)
        .Concat(HeartbeatConnectorSettings.Table.Settings)
        .Where(s => s.RemovedIn is null && !SourceConnectorSettings.FlowOnly.Contains(s))
        .Select(s => s.Key)
        .ToHashSet(StringComparer.Ordinal);

    /// <summary>
    /// Everything that any of the connectors reads. Transport security is in their definitions and never read from there: connectors have
    /// no connections of their own.
    /// </summary>
    internal static SettingTable All { get; } = WithoutSecurity(
        SourceConnectorSettings.Table.Settings
            .Concat(CheckpointConnectorSettings.Table.Settings).Concat(HeartbeatConnectorSettings.Table.Settings));

    /// <summary>What is read of a flow that only has heartbeats.</summary>
    internal static SettingTable Heartbeats { get; } = WithoutSecurity(HeartbeatConnectorSettings.Table.Settings);

    private static SettingTable WithoutSecurity(IEnumerable<Setting> settings) => new(
        settings.DistinctBy(s => s.Key).Where(s => SecuritySettings.Table.Find(s.Key) is null), SourceConnectorSettings.ConnectorFamilies);
}

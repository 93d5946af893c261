using Heliostat.Mirroring.Configuration.Settings;

namespace Heliostat.Mirroring.Configuration.MirrorMaker2;

/// <summary>The settings of each connector, and of all of them.</summary>
internal static class ConnectorTables
{
    /// <summary><c>allConfigNames</c>: a top-level key reaches the connectors if and only if its exact name is one of these.</summary>
    public static IReadOnlySet<string> Names { get; } = SourceConnectorSettings.Table.Settings
        .Concat(CheckpointConnectorSettings.Table.Settings)
        .Concat(HeartbeatConnectorSettings.Table.Settings)
        .Where(s => s.RemovedIn is null && !SourceConnectorSettings.FlowOnly.Contains(s))
        .Select(s => s.Key)
        .ToHashSet(StringComparer.Ordinal);

    /// <summary>The settings that <paramref name="connector"/> knows.</summary>
    public static SettingTable Of(ConnectorRole connector) => connector switch
    {
        ConnectorRole.MirrorSourceConnector => SourceConnectorSettings.Table,
        ConnectorRole.MirrorCheckpointConnector => CheckpointConnectorSettings.Table,
        _ => HeartbeatConnectorSettings.Table,
    };
}

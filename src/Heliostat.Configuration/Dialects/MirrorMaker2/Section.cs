using Heliostat.Configuration.Options;
using Heliostat.Configuration.Settings;
using Heliostat.Configuration.Settings.Tables;

namespace Heliostat.Configuration.Dialects.MirrorMaker2;

/// <summary>One reader of properties in a flow: its connectors taken together, its worker, or one of its clients.</summary>
/// <param name="Flow">The flow.</param>
/// <param name="Name">The reader, in words.</param>
/// <param name="Role">The client, or null for the connectors.</param>
/// <param name="Table">The settings it knows.</param>
/// <param name="Properties">What it is given, known or not.</param>
internal sealed record Section(FlowName Flow, string Name, ClientRole? Role, SettingTable Table, EffectiveProperties Properties)
{
    /// <summary>The connectors' section.</summary>
    public const string Connectors = "flow";

    /// <summary>
    /// Whether this reader has use for the setting: TLS and SASL settings only matter when <c>security.protocol</c> asks for them.
    /// </summary>
    public string? NoEffect(Setting setting, string value)
    {
        if (setting.NoEffect is { } reason)
        {
            return setting.Granted.Contains(value.Trim(), StringComparer.OrdinalIgnoreCase) ? null : reason;
        }

        return SecurityUse.NoEffect(setting.Key, Properties["security.protocol"]?.Value);
    }

    /// <summary>All readers of <paramref name="flow"/>; one that only has heartbeats has fewer.</summary>
    public static IReadOnlyList<Section> Of(FlowName flow, Precedence precedence)
    {
        var connectors = precedence.ConnectorProperties(flow, ConnectorRole.MirrorSourceConnector);
        var values = new FlowValues(connectors);
        var enabled = values.Get(ConnectorSettings.Enabled);
        var syncs = !enabled || !values.Get(SourceConnectorSettings.EmitOffsetSyncs) ? (ClientRole?)null
            : values.Get(SourceConnectorSettings.OffsetSyncsLocation) == OffsetSyncsLocation.Source
                ? ClientRole.SourceProducer
                : ClientRole.TargetProducer;
        List<Section> sections = [new(flow, Connectors, null, enabled ? ConnectorTables.All : ConnectorTables.Heartbeats, connectors)];
        if (enabled)
        {
            Add(ClientRole.SourceConsumer, "source consumer");
        }

        Add(ClientRole.DataProducer, "data producer");
        if (enabled)
        {
            Add(ClientRole.TargetConsumer, "target consumer");
        }

        if (syncs is { } role)
        {
            Add(role, "offset-syncs producer");
        }

        if (enabled)
        {
            Add(ClientRole.SourceAdmin, "source admin");
        }

        Add(ClientRole.TargetAdmin, "target admin");
        Add(ClientRole.Worker, "worker");
        return sections;

        void Add(ClientRole client, string name) =>
            sections.Add(new(flow, name, client, ClientTables.Of(client), precedence.ClientProperties(flow, client)));
    }
}

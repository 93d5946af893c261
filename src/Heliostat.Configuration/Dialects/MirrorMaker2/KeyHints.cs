using Heliostat.Configuration.Options;
using Heliostat.Configuration.Settings;
using Heliostat.Configuration.Settings.Tables;

namespace Heliostat.Configuration.Dialects.MirrorMaker2;

/// <summary>
/// Why a key has no effect, and the spelling that would have one: the table "Where each spelling ends up" of the reference.
/// </summary>
internal sealed class KeyHints(IReadOnlyList<string> aliases, IReadOnlyList<FlowName> flows, IReadOnlyList<FlowName> enabled)
{
    /// <summary>Ways to say which client is meant, the longer ones first.</summary>
    private static readonly (string Prefix, SettingTable Table, string Client)[] Clients =
    [
        ("source.consumer.", ClientTables.Of(ClientRole.SourceConsumer), "consumer."),
        ("target.consumer.", ClientTables.Of(ClientRole.TargetConsumer), "consumer."), ("source.producer.", ClientTables.Of(
            ClientRole.SourceProducer), "producer."), ("target.producer.", ClientTables.Of(ClientRole.TargetProducer), "producer."),
        ("source.admin.", ClientTables.Of(ClientRole.SourceAdmin), "admin."),
        ("target.admin.", ClientTables.Of(ClientRole.TargetAdmin), "admin."), ("producer.override.", ClientTables.Of(
            ClientRole.DataProducer), "producer."), ("consumer.override.", ClientTables.Of(ClientRole.SourceConsumer), "consumer."),
        ("admin.override.", ClientTables.Of(ClientRole.TargetAdmin), "admin."),
        ("consumer.", ClientTables.Of(ClientRole.SourceConsumer), "consumer."),
        ("producer.", ClientTables.Of(ClientRole.DataProducer), "producer."), ("admin.", ClientTables.Of(ClientRole.TargetAdmin), "admin."),
        ("source.cluster.", SecuritySettings.Table, "cluster."), ("target.cluster.", SecuritySettings.Table, "cluster."),
    ];

    public string Why(string key)
    {
        var arrow = key.IndexOf("->", StringComparison.Ordinal);
        if (arrow > 0)
        {
            var after = key[(arrow + 2)..];
            var target = Alias(after) ?? after.Split('.')[0];
            return OfFlow(new FlowName(key[..arrow], target), after.Length > target.Length ? after[(target.Length + 1)..] : "");
        }

        return Alias(key) is { } alias ? OfCluster(alias, key[(alias.Length + 1)..]) : OfTop(key);
    }

    private string? Alias(string key) => aliases.Where(a => key.StartsWith(a + ".", StringComparison.Ordinal)).MaxBy(a => a.Length);

    private string OfFlow(FlowName flow, string rest)
    {
        foreach (var alias in (string[])[flow.Source, flow.Target])
        {
            if (!aliases.Contains(alias))
            {
                return UnknownAlias(alias);
            }
        }

        if (flow.Source == flow.Target)
        {
            return "a flow goes from one cluster to another";
        }

        if (!flows.Contains(flow))
        {
            return $"flow {flow} does not run; '{flow}.enabled = true' starts it";
        }

        if (Client(rest) is { } client)
        {
            var (prefix, table, kind, name) = client;
            return table.Find(name) is null ? Unknown(table, flow.Prefix + prefix, name, "of that client")
                : !enabled.Contains(flow) ? OnlyHeartbeats(flow)
                : kind == "producer." ? $"it reaches no producer in use; for mirrored records write '{flow}.producer.override.{name}'"
                : kind == "consumer." ? $"for the consumer of mirrored records write '{flow}.source.consumer.{name}'"
                : kind == "admin." ? $"write '{flow}.source.admin.{name}' or '{flow}.target.admin.{name}'"
                : "only security settings are read there";
        }

        return SecuritySettings.Table.Find(rest)
            is not null ? $"it belongs to clusters; write '{flow.Source}.{rest}' or '{flow.Target}.{rest}'"
            : ConnectorTables.All.Find(rest) is not null || IsOfConnectorFamily(rest) ? OnlyHeartbeats(flow)
            : WorkerSettings.Table.Find(rest) is not null
                || IsOfWorkerFamily(rest) ? $"it belongs to the worker; write '{flow.Target}.{rest}'"
            : Known(ClientRole.SourceConsumer, rest) ? $"write '{flow}.source.consumer.{rest}'"
            : Known(ClientRole.DataProducer, rest) ? $"write '{flow}.producer.override.{rest}'"
            : Unknown(ConnectorTables.All, flow.Prefix, rest, "of a flow");
    }

    private string OfCluster(string alias, string rest)
    {
        if (ConnectorTables.Names.Contains(rest) && SecuritySettings.Table.Find(rest) is null)
        {
            return $"it belongs to flows; write '{rest}' for all or '{FlowOf(alias)}.{rest}' for one";
        }

        if (ConnectorTables.All.Find(rest) is not null)
        {
            return $"it belongs to flows; write '{FlowOf(alias)}.{rest}'";
        }

        if (Client(rest) is { } client && client.Kind != "cluster.")
        {
            var (prefix, table, kind, name) = client;
            return table.Find(name) is null ? Unknown(table, $"{alias}.{prefix}", name, "of that client")
                : prefix
                    == "producer.override." ? $"write '{alias}.producer.{name}', or '{FlowOf(alias)}.producer.override.{name}' for one flow"
                : prefix != kind ? $"write '{alias}.{kind}{name}'"
                : kind == "producer." ? $"no flow writes to '{alias}'"
                : $"no enabled flow reads from or writes to '{alias}'";
        }

        return WorkerSettings.Table.Find(rest) is not null
            || IsOfWorkerFamily(rest) ? $"it belongs to the worker, which lives on the target, and no flow writes to '{alias}'"
            : Known(ClientRole.SourceConsumer, rest) ? $"write '{alias}.consumer.{rest}'"
            : Known(ClientRole.DataProducer, rest) ? $"write '{alias}.producer.{rest}'"
            : Known(ClientRole.TargetAdmin, rest) ? $"write '{alias}.admin.{rest}'"
            : Unknown(WorkerSettings.Table, alias + ".", rest, "of a cluster");
    }

    private string OfTop(string key)
    {
        var flow = enabled.Count > 0 ? enabled[0] : flows.Count > 0 ? flows[0] : new FlowName("A", "B");
        if (Client(key) is { } client && client.Kind != "cluster.")
        {
            var name = client.Name;
            return client.Kind switch
            {
                "consumer." => $"client settings need a cluster; write '{flow.Source}.consumer.{name}' for the one that is read",
                "producer." => $"client settings need a cluster; write '{flow.Target}.producer.{name}' for the one that is written",
                _ => $"client settings need a cluster; write '{flow.Source}.admin.{name}' or '{flow.Target}.admin.{name}'",
            };
        }

        if (ConnectorTables.All.Find(key) is not null || IsOfConnectorFamily(key))
        {
            return ConnectorTables.Names.Contains(key)
                ? "no enabled flow reads it"
                : $"at the top level it is dropped; write '{flow}.{key}'";
        }

        if (WorkerSettings.Table.Find(key) is not null)
        {
            return $"it belongs to the worker; write '{flow.Target}.{key}'";
        }

        if (Known(ClientRole.SourceConsumer, key))
        {
            return $"client settings need a cluster; write '{flow.Source}.consumer.{key}'";
        }

        if (Known(ClientRole.DataProducer, key))
        {
            return $"client settings need a cluster; write '{flow.Target}.producer.{key}'";
        }

        var dot = key.IndexOf('.', StringComparison.Ordinal);
        var rest = dot > 0 ? key[(dot + 1)..] : "";
        return rest.Length > 0 && (WorkerSettings.Table.Find(rest) is not null || Client(rest) is { } c && c.Table.Find(c.Name) is not null)
            ? UnknownAlias(key[..dot]) : Unknown(TopTable, "", key, "at the top level");
    }

    private static SettingTable TopTable { get; } = new(
        DriverSettings.Table.Settings.Concat(ConnectorTables.All.Settings).Concat(WorkerSettings.Table.Settings).DistinctBy(s => s.Key),
        []);

    private static (string Prefix, SettingTable Table, string Kind, string Name)? Client(string rest)
    {
        foreach (var (prefix, table, kind) in Clients)
        {
            if (rest.StartsWith(prefix, StringComparison.Ordinal) && rest != "consumer.poll.timeout.ms")
            {
                return (prefix, table, kind, rest[prefix.Length..]);
            }
        }

        return null;
    }

    private static bool Known(ClientRole role, string name) => ClientTables.Of(role).Find(name) is not null;

    private static bool IsOfConnectorFamily(string key) =>
        SourceConnectorSettings.ConnectorFamilies.Any(f => key.StartsWith(f.Prefix, StringComparison.Ordinal));

    private static bool IsOfWorkerFamily(string key) =>
        WorkerSettings.Table.Families.Any(f => key.StartsWith(f.Prefix, StringComparison.Ordinal));

    private static string Unknown(SettingTable table, string prefix, string name, string where) =>
        table.Nearest(name) is { } near ? $"it is not a setting {where}; did you mean '{prefix}{near}'?" : $"it is not a setting {where}";

    private static string OnlyHeartbeats(FlowName flow) => $"flow {flow} has only heartbeats; '{flow}.enabled = true' makes it replicate";

    private string UnknownAlias(string alias) => UnknownAlias(alias, aliases);

    /// <summary>That it is none of them; where there are none, that.</summary>
    public static string UnknownAlias(string alias, IReadOnlyList<string> aliases) =>
        aliases.Count > 0
            ? $"'{alias}' is not one of the clusters: {string.Join(", ", aliases)}"
            : $"'{alias}' is not one of the clusters: 'clusters' names none";

    private FlowName FlowOf(string alias) => enabled.Concat(flows)
        .Where(f => f.Source == alias || f.Target == alias).Select(f => (FlowName?)f).FirstOrDefault() ?? new FlowName(alias, "B");
}

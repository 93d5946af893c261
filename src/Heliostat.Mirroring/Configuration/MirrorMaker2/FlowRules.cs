using Heliostat.Mirroring.Configuration.Settings;

namespace Heliostat.Mirroring.Configuration.MirrorMaker2;

/// <summary>What no single value shows: aliases that cannot be told apart, flows that go round, settings that contradict each other.</summary>
internal sealed class FlowRules(Precedence precedence, Findings findings)
{
    private static readonly Comparer<FlowName> FlowOrder = Comparer<FlowName>.Create((a, b) => string.CompareOrdinal(a.ToString(), b.ToString()));

    /// <summary>Aliases of which one is the beginning of another: the keys of the longer would become settings of the shorter.</summary>
    public void CheckAliases(IReadOnlyList<string> aliases, PropertyEntry at)
    {
        foreach (var shorter in aliases)
        {
            foreach (var longer in aliases.Where(a => a.StartsWith(shorter + ".", StringComparison.Ordinal)))
            {
                findings.Error(at.Key, $"aliases '{shorter}' and '{longer}' cannot be told apart: '{longer}.bootstrap.servers' is also '{longer[(shorter.Length + 1)..]}.bootstrap.servers' of '{shorter}'; rename one", at);
            }

            if (shorter.Contains("->", StringComparison.Ordinal) || shorter.Any(char.IsWhiteSpace))
            {
                findings.Error(at.Key, $"'{shorter}' is not an alias: it must have no blanks and no '->'", at);
            }
        }
    }

    /// <summary>Both ends of each flow must be known, and must not be one cluster.</summary>
    public void CheckServers(IReadOnlyList<FlowName> flows, PropertyEntry at)
    {
        foreach (var alias in flows.SelectMany(f => (string[])[f.Source, f.Target]).Distinct(StringComparer.Ordinal))
        {
            if (string.IsNullOrWhiteSpace(Servers(alias)?.Value))
            {
                findings.Error($"{alias}.bootstrap.servers", $"is missing: it names brokers of the cluster '{alias}', host:port, separated by commas", Servers(alias)?.Entry ?? at with { Line = 0 });
            }
        }

        foreach (var (source, target) in flows.Select(f => string.CompareOrdinal(f.Source, f.Target) < 0 ? (f.Source, f.Target) : (f.Target, f.Source)).Distinct())
        {
            if (Servers(source) is { } a && Servers(target) is { Entry: { } entry } b && Addresses(a).Intersect(Addresses(b), StringComparer.OrdinalIgnoreCase).FirstOrDefault() is { } same)
            {
                findings.Error(entry.Key, $"'{source}' and '{target}' are one cluster: both are reached at '{same}'", entry);
            }
        }
    }

    /// <summary>With identity policy nothing shows where a record came from: on flows that go round it would be copied for ever.</summary>
    public void CheckCycles(IReadOnlyList<FlowName> enabled)
    {
        var identity = enabled.Where(f => FlowReader.Naming(Connectors(f)).Policy == ReplicationPolicyKind.Identity).ToArray();
        var reported = new HashSet<string>(StringComparer.Ordinal);
        foreach (var flow in identity)
        {
            if (Way(identity, [flow]) is { } way && reported.Add(string.Join(' ', way.Order(FlowOrder))) && CanGoRound(way))
            {
                var policy = Connectors(flow)["replication.policy.class"]!.Entry;
                findings.Error(
                    policy?.Key ?? "replication.policy.class",
                    $"{string.Join(", ", way)} with IdentityReplicationPolicy would copy every record round and round for ever; use DefaultReplicationPolicy, disable a flow, or mirror other topics each way",
                    policy);
            }
        }
    }

    /// <summary>Combinations that MirrorMaker 2 refuses, or takes and does something unexpected with.</summary>
    public void CheckFlow(FlowName flow)
    {
        var connectors = Connectors(flow);
        var values = new FlowValues(connectors);
        if (!values.Get(ConnectorSettings.Enabled))
        {
            return;
        }

        var worker = new FlowValues(precedence.WorkerProperties(flow));
        if (values.Get(SourceConnectorSettings.ExactlyOnce) == ExactlyOnceSupport.Required)
        {
            var at = connectors[SourceConnectorSettings.ExactlyOnce.Key]!.Entry!;
            if (worker.Get(WorkerSettings.ExactlyOnce) != ExactlyOnceSourceSupport.Enabled)
            {
                findings.Error(at.Key, $"exactly-once is required and not there; write '{flow.Target}.exactly.once.source.support = enabled'", at);
            }

            var isolation = precedence.ClientProperties(flow, ClientRole.SourceConsumer)[ConsumerSettings.IsolationLevel.Key];
            if (isolation is not null && ConsumerSettings.IsolationLevel.Check(isolation.Value) is null && ConsumerSettings.IsolationLevel.Parse(isolation.Value) != IsolationLevel.ReadCommitted)
            {
                findings.Error(isolation.Entry!.Key, "exactly-once needs read_committed", isolation.Entry);
            }
        }

        if (values.Get(CheckpointConnectorSettings.SyncGroupOffsets) && connectors[CheckpointConnectorSettings.SyncGroupOffsets.Key] is { Entry: { } sync })
        {
            if (!values.Get(CheckpointConnectorSettings.EmitCheckpoints))
            {
                findings.Warning(sync.Key, $"has no effect on {flow}: with emit.checkpoints.enabled = false no offsets are written to groups either", sync);
            }
            else if (!values.Get(SourceConnectorSettings.EmitOffsetSyncs))
            {
                findings.Warning(sync.Key, $"has no effect on {flow}: with emit.offset-syncs.enabled = false no offsets are written to groups either", sync);
            }
        }
    }

    /// <summary>Workers of several flows in one group would take each other's work.</summary>
    public void CheckGroups(IReadOnlyList<FlowName> flows)
    {
        foreach (var into in flows.GroupBy(f => f.Target))
        {
            if (into.Count() > 1 && precedence.WorkerProperties(into.First())["group.id"] is { Entry: { } entry })
            {
                findings.Warning(entry.Key, $"is shared by {string.Join(", ", into)}: MirrorMaker 2 mixes up their work; leave it out, and each flow has a group of its own", entry);
            }
        }
    }

    private EffectiveProperties Connectors(FlowName flow) => precedence.ConnectorProperties(flow, ConnectorRole.MirrorSourceConnector);

    private EffectiveValue? Servers(string alias) => precedence.ClusterProperties(alias)["bootstrap.servers"];

    private static IEnumerable<string> Addresses(EffectiveValue servers) => SettingParsers.List(servers.Value.Trim());

    /// <summary>The flows from the last of <paramref name="way"/> back to its first, or null.</summary>
    private static FlowName[]? Way(FlowName[] flows, FlowName[] way) =>
        way[^1].Target == way[0].Source ? way
            : flows.Where(f => f.Source == way[^1].Target && !way.Contains(f)).Select(f => Way(flows, [.. way, f])).FirstOrDefault(w => w is not null);

    /// <summary>Whether any topic is mirrored by all flows of <paramref name="way"/>; only names that are no patterns can be told apart.</summary>
    private bool CanGoRound(FlowName[] way)
    {
        var lists = way.Select(f => new FlowValues(Connectors(f)).Get(SourceConnectorSettings.Topics)).ToArray();
        var selections = way.Select(f => new FlowValues(Connectors(f))).Select(v => TopicSelection.FromPatterns(v.Get(SourceConnectorSettings.Topics), v.Get(SourceConnectorSettings.TopicsExclude))).ToArray();
        var names = lists.FirstOrDefault(l => l.All(t => t.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')));
        return names is null || names.Any(n => selections.All(s => s.Includes(n)));
    }
}

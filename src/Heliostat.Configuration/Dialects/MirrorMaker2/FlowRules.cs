using Heliostat.Configuration.Files;
using Heliostat.Configuration.Options;
using Heliostat.Configuration.Settings;
using Heliostat.Configuration.Settings.Tables;

namespace Heliostat.Configuration.Dialects.MirrorMaker2;

/// <summary>
/// What no single value shows: aliases that cannot be told apart, flows that go round, settings that contradict each other.
/// </summary>
internal sealed class FlowRules(Precedence precedence, Findings findings)
{
    private static readonly Comparer<FlowName> FlowOrder =
        Comparer<FlowName>.Create((a, b) => string.CompareOrdinal(a.ToString(), b.ToString()));

    /// <summary>Aliases of which one is the beginning of another: the keys of the longer would become settings of the shorter.</summary>
    public void CheckAliases(IReadOnlyList<string> aliases, PropertyEntry at)
    {
        foreach (var shorter in aliases)
        {
            foreach (var longer in aliases.Where(a => a.StartsWith(shorter + ".", StringComparison.Ordinal)))
            {
                findings.Error(at.Key,
                    $"aliases '{shorter}' and '{longer}' cannot be told apart: '{longer}.bootstrap.servers' is also "
                        + $"'{longer[(shorter.Length + 1)..]}.bootstrap.servers' of '{shorter}'; rename one", at);
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
                findings.Error($"{alias}.bootstrap.servers",
                    $"is missing: it names brokers of the cluster '{alias}', host:port, separated by commas",
                    Servers(alias)?.Entry ?? at with { Line = 0 });
            }
        }

        foreach (var (source, target) in flows
            .Select(f => string.CompareOrdinal(f.Source, f.Target) < 0 ? (f.Source, f.Target) : (f.Target, f.Source)).Distinct())
        {
            if (Servers(source) is { } a && Servers(target) is { Entry: { } entry } b
                && Addresses(a).Intersect(Addresses(b), StringComparer.OrdinalIgnoreCase).FirstOrDefault() is { } same)
            {
                findings.Error(entry.Key, $"'{source}' and '{target}' are one cluster: both are reached at '{same}'", entry);
            }
        }
    }

    /// <summary>
    /// With identity policy nothing shows where a record came from. Which topics would go round is known at run time, when one flow leaves
    /// each of them out: whoever wants it otherwise has to know.
    /// </summary>
    public void CheckCycles(IReadOnlyList<FlowName> enabled)
    {
        var identity = enabled.Where(f => FlowReader.Naming(Connectors(f)).Policy == ReplicationPolicyKind.Identity).ToArray();
        var reported = new HashSet<string>(StringComparer.Ordinal);
        foreach (var flow in identity)
        {
            if (Way(identity, [flow]) is not { } way || !reported.Add(string.Join(' ', way.Order(FlowOrder))) || !MayGoRound(way)
                || way.Select(step => new FlowValues(Connectors(step)).Get(TransformSettings.Provenance))
                    .Distinct().ToArray() is [not ProvenanceKind.Off])
            {
                continue;
            }

            var policy = Connectors(flow)["replication.policy.class"]!.Entry;
            findings.Warning(
                policy?.Key ?? "replication.policy.class",
                $"{string.Join(", ", way)} with IdentityReplicationPolicy would carry topics round for ever that all of them mirror: one "
                    + "of them leaves each such topic out, and 'plan' names it; use DefaultReplicationPolicy, mirror other topics each "
                    + "way, or set heliostat.provenance for all of them",
                policy);
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
                findings.Error(at.Key,
                    $"exactly-once is required and not there; write '{flow.Target}.exactly.once.source.support = enabled'", at);
            }

            if (IsolationOf(flow) is { } isolation)
            {
                findings.Error(isolation.Entry!.Key, "exactly-once needs read_committed", isolation.Entry);
            }
        }
        else if (worker.Get(WorkerSettings.ExactlyOnce) == ExactlyOnceSourceSupport.Enabled
            && IsolationOf(flow) is { Entry: { } uncommitted })
        {
            findings.Warning(uncommitted.Key, $"records of aborted transactions are mirrored on {flow} although exactly-once is enabled",
                uncommitted);
        }

        if (values.Get(CheckpointConnectorSettings.SyncGroupOffsets)
            && connectors[CheckpointConnectorSettings.SyncGroupOffsets.Key] is { Entry: { } sync })
        {
            if (!values.Get(CheckpointConnectorSettings.EmitCheckpoints))
            {
                findings.Warning(sync.Key,
                    $"has no effect on {flow}: with emit.checkpoints.enabled = false no offsets are written to groups either", sync);
            }
            else if (!values.Get(SourceConnectorSettings.EmitOffsetSyncs))
            {
                findings.Warning(sync.Key,
                    $"has no effect on {flow}: with emit.offset-syncs.enabled = false no offsets are written to groups either", sync);
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
                findings.Warning(entry.Key,
                    $"is shared by {string.Join(", ", into)}: MirrorMaker 2 mixes up their work; leave it out, and each flow has a group "
                        + "of its own", entry);
            }
        }
    }

    /// <summary>What asks for the records of transactions that were aborted or are open; null where nothing does.</summary>
    private EffectiveValue? IsolationOf(FlowName flow) =>
        precedence.ClientProperties(flow, ClientRole.SourceConsumer)[ConsumerSettings.IsolationLevel.Key] is { } isolation
        && ConsumerSettings.IsolationLevel.Check(isolation.Value) is null
        && ConsumerSettings.IsolationLevel.Parse(isolation.Value) != IsolationLevel.ReadCommitted ? isolation : null;

    private EffectiveProperties Connectors(FlowName flow) => precedence.ConnectorProperties(flow, ConnectorRole.MirrorSourceConnector);

    private EffectiveValue? Servers(string alias) => precedence.ClusterProperties(alias)["bootstrap.servers"];

    private static IEnumerable<string> Addresses(EffectiveValue servers) => SettingParsers.List(servers.Value.Trim());

    /// <summary>The flows from the last of <paramref name="way"/> back to its first, or null.</summary>
    private static FlowName[]? Way(FlowName[] flows, FlowName[] way) =>
        way[^1].Target == way[0].Source ? way
            : flows.Where(f => f.Source == way[^1].Target && !way.Contains(f))
                .Select(f => Way(flows, [.. way, f])).FirstOrDefault(w => w is not null);

    /// <summary>
    /// Whether all flows of <paramref name="way"/> may mirror one topic: not where one lists names only, and another lacks each of them.
    /// </summary>
    private bool MayGoRound(FlowName[] way)
    {
        var values = way.Select(f => new FlowValues(Connectors(f))).ToArray();
        var lists = values.Select(v => v.Get(SourceConnectorSettings.Topics)).ToArray();
        var selections = values.Select(v => TopicSelection.FromPatterns(v.Get(SourceConnectorSettings.Topics),
            v.Get(SourceConnectorSettings.TopicsExclude))).ToArray();
        return !lists.Any(l => l.All(IsName)) || lists.SelectMany(l => l).Where(IsName).Any(n => selections.All(s => s.Includes(n)));
    }

    private static bool IsName(string pattern) => pattern.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}

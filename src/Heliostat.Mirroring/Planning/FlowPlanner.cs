using Heliostat.Client;
using Heliostat.Client.Admin;
using Heliostat.Client.Routing;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Groups;
using Heliostat.Mirroring.InternalTopics;
using Heliostat.Mirroring.Planning.Permissions;
using Heliostat.Mirroring.Topics;
using Heliostat.Mirroring.Topics.Acls;
using Heliostat.Protocol.Messages;
using Heliostat.Transport;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Planning;

/// <summary>
/// Looks up what a flow would do if it ran now. It only asks: changes are put to the brokers as trials (<c>validate_only</c>), so that what
/// they would refuse is known in their own words.
/// </summary>
public sealed class FlowPlanner(FlowOptions flow, TimeProvider time, ILoggerFactory loggers)
{
    private readonly SideNames _sides = SideNames.Of(flow.Name);
    private readonly List<string> _refusals = [];
    private readonly List<PlannedHazard> _hazards = [];

    /// <summary>How long one answer may take, all retries included.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Who has what of the flows that are planned together.</summary>
    internal TopicRings Rings { get; init; } = new([flow]);

    /// <summary>Looks at what a topic that several flows would carry round is judged by.</summary>
    /// <exception cref="KafkaConnectionException">A cluster does not answer; the message names it.</exception>
    /// <exception cref="KafkaErrorException">The source does not tell its topics.</exception>
    internal async Task LookAsync(CancellationToken ct)
    {
        await using var source = Open(flow.SourceAdmin with { Cluster = _sides.Source });
        await using var target = Open(flow.TargetAdmin with { Cluster = _sides.Target });
        if ((await new AdminClient(target, time).DescribeTopicsAsync([flow.Worker.OffsetsTopic], ct))[0].ErrorCode == ErrorCode.None)
        {
            try
            {
                Rings.Stored(flow.Name, (await StoredPositions.ReadAsync(flow, target, time, loggers, ct)).Keys.Select(lane => lane.Topic));
            }
            catch (KafkaErrorException)
            {
                // The plan says so where it needs them.
            }
        }

        var from = new AdminClient(source, time);
        await TopicSync.LookAsync(Rings, flow.Name, ClusterTopic.From(await from.ListTopicsAsync(ct)), from, ct);
    }

    /// <exception cref="KafkaConnectionException">A cluster does not answer; the message names it.</exception>
    public async Task<FlowPlan> PlanAsync(CancellationToken ct)
    {
        await using var source = Open(flow.SourceAdmin with { Cluster = _sides.Source });
        await using var target = Open(flow.TargetAdmin with { Cluster = _sides.Target });
        var (from, to) = (new AdminClient(source, time), new AdminClient(target, time));
        var here = await from.DescribeClusterAsync(ct);
        var there = await to.DescribeClusterAsync(ct);
        if (new ClusterPair(here.ClusterId, there.ClusterId).One is { } id)
        {
            _refusals.Add($"{flow.Name.Source} and {flow.Name.Target} are one cluster ({id})");
        }

        var plan = new FlowPlan
        {
            Flow = flow.Name.ToString(),
            Enabled = flow.Enabled,
            Source = Cluster(flow.Name.Source, here),
            Target = Cluster(flow.Name.Target, there),
            Acls = new PlannedAcls { Off = "the flow is not enabled" },
            Groups = new PlannedGroups { Off = "the flow is not enabled" },
            Copy = new PlannedCopy { Bytes = 0 },
        };
        var names = new FlowTopicNames(flow);
        plan = plan with
        {
            InternalTopics =
            [
                .. await new InternalTopicTrial(from, flow.Name.Source, _sides.Source).RunAsync(names.OnSource, _refusals, ct),
                .. await new InternalTopicTrial(to, flow.Name.Target, _sides.Target).RunAsync(names.OnTarget, _refusals, ct),
            ],
        };
        return await WithRightsAsync(flow.Enabled ? await PlanTopicsAsync(plan, from, to, target, ct) : plan, ct) with
        {
            Hazards = _hazards,
            Refusals = _refusals
        };
    }

    private async Task<FlowPlan> PlanTopicsAsync(FlowPlan plan, AdminClient source, AdminClient target, KafkaClient targetClient,
        CancellationToken ct)
    {
        await using var reader = Open(flow.SourceAdmin with { Cluster = _sides.Source });
        var rules = TopicRules.Of(flow, new ClusterPair(plan.Source.ClusterId, plan.Target.ClusterId));
        var topics = await new TopicSync(flow, Rings, source, target, time, loggers.CreateLogger<FlowPlanner>())
        {
            Foreign = new ForeignMirrors(reader, rules, time, loggers, loggers.CreateLogger<FlowPlanner>()),
        }.PlanAsync(ct);
        var mirrored = topics.Topics.Mirrored;
        var trial = new TopicTrial(flow, _sides, source, target, time, loggers.CreateLogger<FlowPlanner>());
        var tried = await trial.RunAsync(topics, ct);
        _refusals.AddRange(tried.Refusals);
        _refusals.AddRange(topics.Topics.LeftOut.Where(t => t.Reason is LeftOutReason.Ring or LeftOutReason.RingUndecided
            or LeftOutReason.Denied).Select(t => $"'{t.Name}' is left out: {t.Detail}"));
        _refusals.AddRange(mirrored.Select(t => (t.Source, Way: Rings.Closes(flow.Name, t.Source)))
            .Where(t => t.Way is not null).Select(t => $"'{t.Source}': {t.Way}"));
        if (topics.Topics.Unmatched(rules) is { Count: > 0 } unmatched)
        {
            _hazards.Add(new PlannedHazard($"entries of topics that match no topic of {flow.Name.Source}", unmatched));
        }

        _refusals.AddRange(rules.IsRenaming ? TransformedTopics.Collisions(topics.Topics) : []);
        _hazards.AddRange(TransformedTopics.Hazards(tried.Facts, rules));
        _refusals.AddRange(DelayedTopics.Refusals(tried.Facts, rules));
        _hazards.AddRange(DelayedTopics.Hazards(tried.Facts, rules));
        _hazards.AddRange(DelayedTopics.Deleted(mirrored, flow.Topics.DeleteGoneAfter));
        _refusals.AddRange(BoundedTopics.Refusals(tried.Facts, rules));
        _hazards.AddRange(BoundedTopics.Hazards(tried.Facts, rules));
        _hazards.AddRange(TopicHazards.Of(tried.Facts, rules, topics.Target.Keys));
        var storesBatches = await target.StoresBatchesAsync(ct);
        if (!storesBatches && flow.Equal.Topics.Any)
        {
            _refusals.Add("heliostat.offsets = equal needs a target of Kafka 0.11 or newer: what has no record is filled by transactions");
        }

        _refusals.AddRange(storesBatches ? await new FormatOutlook(target).LookAsync(tried.Facts, ct) : []);
        if (await new EqualOutlook(flow, source, target).LookAsync(mirrored, topics.Target, _refusals, ct) is { } filling)
        {
            _hazards.Add(filling);
        }

        if (await new SchemaOutlook(flow, time, loggers.CreateLogger<FlowPlanner>()).LookAsync(_refusals, ct) is { } schemas)
        {
            _hazards.Add(schemas);
        }

        if (!await source.TellsVersionsAsync(ct))
        {
            _hazards.Add(new PlannedHazard(
                "the source's brokers are older than Kafka 0.10: records have no timestamps, which start times and retention on the target "
                    + "go by; topics' configs and access rules are not told", []));
        }

        if (!storesBatches)
        {
            _hazards.Add(new PlannedHazard(
                "the target's brokers are older than Kafka 0.11: all batches are opened and become message sets of format 1 (zstd becomes "
                    + "lz4); a record with headers is refused, and its lane "
                + "stands still; there are no producer ids, so what is sent again may come twice; topics' configs and access rules are not "
                + "kept as on the source, and partitions are not added", []));
        }

        var leaderless = topics.Target.Values
            .Where(t => t.Leaderless > 0 && mirrored.Any(m => m.Remote == t.Name)).Select(t => t.Name).ToList();
        if (leaderless.Count > 0)
        {
            _hazards.Add(new PlannedHazard("partitions without a leader on the target: their lanes wait", leaderless));
        }

        return plan with
        {
            Mirrored = [.. mirrored.Select(t => new PlannedMirror(t.Source, t.Remote, t.Partitions))],
            Unnamed = [.. topics.Topics.Unnamed(rules).Select(t => t.Source)],
            Create = tried.Create,
            Grow = tried.Grow,
            Configs = tried.Configs,
            Transformed = TransformedTopics.Of(mirrored, rules),
            Equality = await EqualityAsync(mirrored, topics.Target, ct),
            Opened = TopicOpenings.Of(tried.Facts, flow.DataProducer.Codec),
            Acls = await AclsAsync(source, target, mirrored, rules, ct),
            LeftOut = [.. topics.Topics.LeftOut.Select(t => new PlannedOmission(t.Name, t.Reason, t.Detail))],
            Groups = await GroupsAsync(source, ct),
            Copy = await CopyAsync(source, mirrored, topics.Target, targetClient, ct),
        };
    }

    private async Task<IReadOnlyList<PlannedEquality>> EqualityAsync(
        IReadOnlyList<MirroredTopic> mirrored, IReadOnlyDictionary<string, ClusterTopic> there, CancellationToken ct)
    {
        var places = mirrored.Where(topic => flow.Equal.Topics.Has(topic.Source) && there.ContainsKey(topic.Remote))
            .SelectMany(topic => Enumerable.Range(0, Math.Min(topic.Partitions, there[topic.Remote].Partitions))
                .Select(partition => (topic, partition)))
            .ToDictionary(lane => new TopicPartition(lane.topic.Source, lane.partition),
                lane => new TopicPartition(lane.topic.Remote, lane.partition));
        var stands = await EqualStands.ReadAsync(flow, places, time, loggers, ct);
        return [.. from stand in stands orderby stand.Key.Topic, stand.Key.Partition
            select new PlannedEquality(stand.Key.Topic, stand.Key.Partition, stand.Value.ToString())];
    }

    private async Task<PlannedAcls> AclsAsync(AdminClient source, AdminClient target, IReadOnlyList<MirroredTopic> mirrored,
        TopicRules rules, CancellationToken ct)
    {
        if (flow.Topics.AclSyncInterval is null)
        {
            return new PlannedAcls { Off = "sync.topic.acls.enabled is false" };
        }

        var plan = await new AclSync(new AclRules(rules, flow.Topics.SyncPrefixedAcls), _sides, flow.Topics.RemoveAcls, new AclLedger(),
            source, target, time, loggers.CreateLogger<FlowPlanner>()).PlanAsync(mirrored, ct);
        if (plan is { Off: { } off, IsWithoutAuthorizer: false })
        {
            _refusals.Add(off);
        }

        return new PlannedAcls
        {
            Off = plan.Off,
            Add = [.. plan.Add.Select(acl => acl.ToString())],
            Copied = plan.Copied.Count,
            Notes = plan.Notes
        };
    }

    private async Task<PlannedGroups> GroupsAsync(AdminClient source, CancellationToken ct)
    {
        if (flow.Groups.CheckpointInterval is null)
        {
            return new PlannedGroups
            {
                Off = flow.OffsetSyncs.Enabled ? "emit.checkpoints.enabled is false" : "emit.offset-syncs.enabled is false"
            };
        }

        try
        {
            var groups = new SourceGroups(source, flow, loggers.CreateLogger<FlowPlanner>());
            var offsets = await groups.OffsetsAsync(await groups.ListAsync(ct), ct);
            return groups.Untold is { } untold ? new PlannedGroups { Off = untold } : new PlannedGroups
            {
                Followed = [.. offsets.Where(group => group.Value.Keys.Any(p => flow.Selection.Includes(p.Topic)))
                    .Select(group => group.Key).Order(StringComparer.Ordinal)],
                OffsetsWritten = flow.Groups.OffsetSyncInterval is not null,
            };
        }
        catch (KafkaErrorException e)
        {
            _refusals.Add(e.Message);
            return new PlannedGroups { Off = e.Message };
        }
    }

    private async Task<PlannedCopy> CopyAsync(
        AdminClient source, IReadOnlyList<MirroredTopic> mirrored, IReadOnlyDictionary<string, ClusterTopic> there, KafkaClient target,
        CancellationToken ct)
    {
        IReadOnlyDictionary<TopicPartition, long> starts = new Dictionary<TopicPartition, long>();
        if (there.ContainsKey(flow.Worker.OffsetsTopic))
        {
            try
            {
                starts = await StoredPositions.ReadAsync(flow, target, time, loggers, ct);
            }
            catch (KafkaErrorException e)
            {
                _refusals.Add($"{e.Message}; without it nobody knows where lanes would go on");
            }
        }

        string[] filled = starts.Count > 0 ? [] : [.. await FilledAsync(new AdminClient(target, time),
            mirrored.Where(t => there.ContainsKey(t.Remote) && !flow.Equal.Topics.Has(t.Source)).Select(t => there[t.Remote]), ct)];
        if (filled.Length > 0)
        {
            _hazards.Add(
                new PlannedHazard(
                    "the mirror holds records although no position is stored: everything is copied behind them, perhaps a second time",
                    filled));
        }

        return await new CopyMeasure(source).RunAsync(mirrored, starts, ct);
    }

    private static async Task<IEnumerable<string>> FilledAsync(AdminClient target, IEnumerable<ClusterTopic> standing, CancellationToken ct)
    {
        var partitions = standing.SelectMany(t => Enumerable.Range(0, t.Partitions).Select(p => new TopicPartition(t.Name, p)));
        var ends = await target.ToldOffsetsAsync(partitions, OffsetSpec.Latest, ct);
        return ends.Where(end => end.Value > 0).Select(end => end.Key.Topic).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
    }

    private async Task<FlowPlan> WithRightsAsync(FlowPlan plan, CancellationToken ct)
    {
        var rights = new FlowRights(flow, Open, time);
        var asked = await rights.AskAsync(plan, ct);
        _refusals.AddRange(asked.Where(right => right.Lacks.Count > 0).Select(rights.Refusal));
        return plan with { Rights = asked };
    }

    private KafkaClient Open(ClientOptions cluster) => new(
        cluster with { CallTimeout = Patience }, new FramePool(64 * 1024 * 1024), time, loggers);

    private static PlannedCluster Cluster(string alias, DescribeClusterResponse cluster) =>
        new(alias, cluster.ClusterId.Length > 0 ? cluster.ClusterId : null, cluster.Brokers.Count);
}

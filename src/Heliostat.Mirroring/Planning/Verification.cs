using Heliostat.Client;
using Heliostat.Client.Admin;
using Heliostat.Client.Routing;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Audit;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Flows;
using Heliostat.Mirroring.InternalTopics;
using Heliostat.Mirroring.Positions;
using Heliostat.Mirroring.Registries;
using Heliostat.Mirroring.Topics;
using Heliostat.Transport;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Planning;

/// <summary>
/// Whether the target of a flow holds what its source does: content, record by record, not counts. No flow need be running, one may be, and
/// nothing is written. One call at a time.
/// </summary>
public sealed class Verification(TimeProvider time, ILoggerFactory loggers)
{
    private const string ClientId = "heliostat-verify";
    private const long BufferBytes = 64 * 1024 * 1024;

    private FlowAudit? _audit;

    /// <summary>How far the lanes of the flow under way are.</summary>
    public IReadOnlyList<LaneReport> Lanes => Volatile.Read(ref _audit)?.Reports ?? [];

    /// <summary>Verifies a flow, through its offset maps where it has them; partitions that are placed by key cannot be.</summary>
    /// <param name="flow">Which.</param>
    /// <param name="settings">How.</param>
    /// <param name="before">Reports of an audit that was interrupted: it goes on behind them.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="KafkaErrorException">A cluster refuses to tell.</exception>
    /// <exception cref="KafkaConnectionException">A cluster does not answer.</exception>
    /// <exception cref="IOException">A schema registry does not answer.</exception>
    public Task<AuditReport> RunAsync(FlowOptions flow, AuditSettings settings, IReadOnlyList<LaneReport> before,
        CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(settings);
        return flow.Positions is SourceGroupOptions group
            ? WithoutMapsAsync(flow, group.Partitioner, settings, before, ct)
            : ByMapsAsync(flow, settings, before, ct);
    }

    /// <summary>What the background audit of a flow found by now, whichever process does it; nothing is compared.</summary>
    /// <exception cref="KafkaErrorException">The target refuses to tell.</exception>
    /// <exception cref="KafkaConnectionException">The target does not answer.</exception>
    public async Task<AuditReport> ReadAsync(FlowOptions flow, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(flow);
        await using var state = new StateTopic(flow, time, loggers);
        var (from, to) = await state.Clients.AskAsync(ct);
        var book = new AuditBook();
        await state.ReadAsync(record => book.Take(record.Key, record.Value), ct);
        var all = book.All;
        return new AuditReport
        {
            Flow = flow.Name.ToString(),
            SourceCluster = from.ClusterId,
            TargetCluster = to.ClusterId,
            Began = all.Count > 0 ? all.Min(lane => lane.At) : time.GetUtcNow(),
            Ended = all.Count > 0 ? all.Max(lane => lane.At) : time.GetUtcNow(),
            Settings = new AuditSettings { BytesPerSecond = flow.AuditBytesPerSecond },
            Lanes = [.. all.Select(lane => lane.Report).OrderBy(lane => lane.Topic, StringComparer.Ordinal).ThenBy(lane => lane.Partition)],
        };
    }

    private async Task<AuditReport> ByMapsAsync(FlowOptions flow, AuditSettings settings, IReadOnlyList<LaneReport> before,
        CancellationToken ct)
    {
        await using var clients = new FlowClients(flow, new FramePool(BufferBytes), time, loggers);
        var (from, to) = await clients.AskAsync(ct);
        var names = new FlowTopicNames(flow);
        var state = new FlowState(flow, names, clients, time, loggers, loggers.CreateLogger<Verification>());
        await state.ReadAsync(ct);
        using var java = FlowJava.Begin(flow, time, loggers.CreateLogger<Verification>());
        var rules = TopicRules.Of(flow, new ClusterPair(from.ClusterId, to.ClusterId), await SchemaIdsAsync(flow, ct), java);
        var lanes = await LanesAsync(clients.OnSource, clients.OnTarget, topic =>
            rules.Mirrors(topic) ? rules.Remote(topic) : null, settings, ct);
        lanes = [.. lanes.Select(lane =>
            lane with
            {
                Map = state.Offsets.MapOf(lane.Source),
                StoredNext = Stored(state.Positions, lane.Source),
                Rules = rules.Records(lane.Source),
                Bounds = (rules.From(lane.Source.Topic), rules.Until(lane.Source.Topic))
            })];
        return await RunAsync(flow.Name.ToString(), clients.SourceReader(), clients.TailReader(), flow.SourceConsumer.Fetch.IsolationLevel,
            lanes, settings, before, ct);
    }

    /// <summary>What ids schemas have on the target: what a mirror made of records cannot be told without.</summary>
    private async Task<SchemaIdTable?> SchemaIdsAsync(FlowOptions flow, CancellationToken ct)
    {
        if (flow.Schemas is not { } schemas)
        {
            return null;
        }

        var ids = new SchemaIdTable();
        using var sync = new SchemaSync(schemas, ids, time, loggers.CreateLogger<Verification>(), writes: false);
        try
        {
            await sync.LookAsync(ct);
            return ids;
        }
        catch (RegistryException failure)
        {
            throw new IOException(failure.Message, failure);
        }
    }

    private async Task<AuditReport> WithoutMapsAsync(
        FlowOptions flow, Partitioner partitioner, AuditSettings settings, IReadOnlyList<LaneReport> before, CancellationToken ct)
    {
        var frames = new FramePool(BufferBytes);
        await FlowClients.AskAsync(flow.SourceConsumer.Client, frames, time, loggers, ct);
        await FlowClients.AskAsync(flow.DataProducer.Client, frames, time, loggers, ct);
        await using var source = new KafkaClient(flow.SourceConsumer.Client with { ClientId = ClientId }, frames, time, loggers);
        await using var target = new KafkaClient(flow.DataProducer.Client with { ClientId = ClientId }, frames, time, loggers);
        var lanes = await LanesAsync(
            new AdminClient(source, time), new AdminClient(target, time),
            topic => flow.Selection.Includes(topic) && !flow.Naming.IsMade(topic) ? flow.Naming.TargetName(topic) : null, settings, ct);
        var isByKey = partitioner == Partitioner.KeyHash;
        lanes = [.. lanes.Select(lane => isByKey ? lane with { Uncheckable = "its records are placed by key" } : lane)];
        return await RunAsync(flow.Name.ToString(), source, target, flow.SourceConsumer.Fetch.IsolationLevel, lanes, settings, before, ct);
    }

    private static long Stored(PositionTopic positions, TopicPartition lane) =>
        positions.Stored.TryGetValue(lane, out var stored) ? stored.Offset + 1 : -1;

    private async Task<AuditReport> RunAsync(
        string flow, KafkaClient source, KafkaClient target, IsolationLevel isolation, IReadOnlyList<AuditLane> lanes,
        AuditSettings settings, IReadOnlyList<LaneReport> before,
        CancellationToken ct)
    {
        var began = time.GetUtcNow();
        var audit = new FlowAudit(source, target, isolation, settings, time);
        Volatile.Write(ref _audit, audit);
        await audit.RunAsync(lanes, before.ToDictionary(lane => (lane.Topic, lane.Partition)), ct);
        return new AuditReport
        {
            Flow = flow,
            SourceCluster = source.Metadata.Current.ClusterId,
            TargetCluster = target.Metadata.Current.ClusterId,
            Began = began,
            Ended = time.GetUtcNow(),
            Settings = settings,
            Lanes = audit.Reports,
        };
    }

    /// <summary>All partitions of the topics that have a name on the target.</summary>
    private static async Task<IReadOnlyList<AuditLane>> LanesAsync(
        AdminClient onSource, AdminClient onTarget, Func<string, string?> nameOf, AuditSettings settings, CancellationToken ct)
    {
        var topics = (await onSource.ListTopicsAsync(ct))
            .Where(topic => topic.ErrorCode == ErrorCode.None && settings.Topics?.Includes(topic.Name!) != false)
            .Select(topic => (Name: topic.Name!, Remote: nameOf(topic.Name!), Partitions: topic.Partitions.Count))
            .Where(topic => topic.Remote is not null).OrderBy(topic => topic.Name, StringComparer.Ordinal).ToList();
        var there = (await onTarget.DescribeTopicsAsync([.. topics.Select(topic => topic.Remote!).Distinct()], ct)).ToDictionary(topic =>
            topic.Name!);
        List<AuditLane> lanes = [];
        foreach (var (name, remote, partitions) in topics)
        {
            var mirror = there.GetValueOrDefault(remote!);
            var count = mirror?.ErrorCode == ErrorCode.None ? mirror.Partitions.Count : 0;
            for (var partition = 0; partition < partitions; partition++)
            {
                lanes.Add(new AuditLane(new TopicPartition(name, partition), new TopicPartition(remote!, partition))
                {
                    Uncheckable = count == 0 ? $"topic {remote} is not on the target"
                        : partition >= count
                            ? $"the target's topic has no partition {partition}: records are placed by key, or it is yet to grow"
                            : null,
                });
            }
        }

        return lanes;
    }
}

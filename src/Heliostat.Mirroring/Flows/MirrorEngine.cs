using System.Collections.Concurrent;
using Heliostat.Configuration.Dialects.MirrorMaker2;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Offsets;
using Heliostat.Mirroring.Pump;
using Heliostat.Mirroring.Topics;
using Heliostat.Transport;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Flows;

/// <summary>Runs flows, each by itself, within one memory budget.</summary>
public sealed class MirrorEngine
{
    private readonly ConcurrentDictionary<TopicPartition, LaneMap>? _offsets;
    private readonly FramePool _frames;

    /// <summary>One flow, whose positions are in a group of the source.</summary>
    /// <param name="options">What was asked for.</param>
    /// <param name="time">The clock of everything in it.</param>
    /// <param name="loggers">Where it logs to.</param>
    /// <param name="keepsOffsets">Keep in memory where each record stands on the target, for <see cref="ToTarget"/>.</param>
    public MirrorEngine(MirrorOptions options, TimeProvider time, ILoggerFactory loggers, bool keepsOffsets = false)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(loggers);
        _offsets = keepsOffsets ? [] : null;
        _frames = new FramePool(options.MemoryBudgetBytes);
        var scope = new FlowScope(time, loggers, loggers.CreateLogger<Flow>(), _frames);
        Flows = [new Flow("source->target", new SourceGroupWay(options, keepsOffsets ? Observe : null), scope)];
    }

    /// <summary>The flows of a MirrorMaker 2 file.</summary>
    /// <param name="file">What to run.</param>
    /// <param name="memoryBudgetBytes">The most bytes held in frames between the clusters; reading stops when they are used up; null for the default.</param>
    /// <param name="grace">What its caller lets pass between stop and abort: acknowledgements are awaited and positions stored within it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Where to say what happens.</param>
    /// <param name="worker">What other processes that run the same flows call this one; null for host and process id.</param>
    public MirrorEngine(MirrorMaker2File file, long? memoryBudgetBytes, TimeSpan grace, TimeProvider time, ILoggerFactory loggers, string? worker = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(loggers);
        _frames = new FramePool(memoryBudgetBytes ?? MemoryBudget.DefaultBytes);
        var neighbours = new FlowNeighbours(new ClusterAliases(), new TopicRings(file.Flows));
        Flows =
        [
            .. from flow in file.Flows
               let name = flow.Name.ToString()
               let own = new FlowLoggers(loggers, name)
               select new Flow(name, new OffsetsTopicWay(flow, neighbours, grace, worker ?? $"{Environment.MachineName}/{Environment.ProcessId}"), new FlowScope(time, own, own.CreateLogger<Flow>(), _frames)),
        ];
    }

    public IReadOnlyList<Flow> Flows { get; }

    /// <summary>Runs until told to stop, until the end that was asked for, or until no flow can go on.</summary>
    /// <param name="stop">Stop gracefully: fetch no more, let acknowledgements in, store positions.</param>
    /// <param name="abort">Stop at once.</param>
    public async Task<MirrorOutcome> RunAsync(CancellationToken stop, CancellationToken abort)
    {
        var ends = await Settling.AllAsync(Flows.Select(flow => flow.RunAsync(stop, abort)));
        if (ends is [var only])
        {
            return only;
        }

        var outcome = abort.IsCancellationRequested ? new MirrorOutcome(MirrorEnd.Aborted)
            : stop.IsCancellationRequested ? new MirrorOutcome(MirrorEnd.Stopped)
            : new MirrorOutcome(MirrorEnd.Refused, string.Join("; ", ends.Select(end => end.Failure)));
        return outcome with
        {
            Halted = [.. ends.SelectMany(end => end.Halted)],
            Repeats = ends.Sum(end => end.Repeats),
            Idle = [.. Flows.Zip(ends).SelectMany(flow => flow.Second.Failure is { } cause ? [$"{flow.First.Name}: {cause}"] : flow.Second.Idle)],
        };
    }

    /// <summary>What it is doing now; any number of callers may ask, and nothing changes by it.</summary>
    /// <param name="withLanes">With each lane by itself.</param>
    /// <param name="withGroups">With each followed group by itself.</param>
    public EngineSnapshot Snapshot(bool withLanes = false, bool withGroups = false)
    {
        FlowSnapshot[] flows = [.. Flows.Select(flow => flow.Snapshot(withLanes, withGroups))];
        return new EngineSnapshot(flows, new MirrorSnapshot
        {
            Lanes = flows.Sum(flow => flow.Lanes.Lanes),
            RunningLanes = flows.Sum(flow => flow.Lanes.RunningLanes),
            Records = flows.Sum(flow => flow.Lanes.Records),
            Bytes = flows.Sum(flow => flow.Lanes.Bytes),
            RecordsPerSecond = flows.Sum(flow => flow.Lanes.RecordsPerSecond),
            BytesPerSecond = flows.Sum(flow => flow.Lanes.BytesPerSecond),
            LagRecords = Sum(flows, flow => flow.Lanes.LagRecords),
            LagBytes = Sum(flows, flow => flow.Lanes.LagBytes),
            LagAtLeast = flows.Sum(flow => flow.Lanes.LagAtLeast),
            Paused = [.. flows.SelectMany(flow => flow.Lanes.Paused)],
        })
        {
            MemoryBudgetBytes = _frames.BudgetBytes,
            MemoryUsedBytes = _frames.RentedBytes,
        };
    }

    /// <summary>
    /// Where on the target a consumer of the source that has read up to <paramref name="sourceOffset"/> goes on: at the first mirrored record from there on,
    /// or behind the last one. Null while that is not known: not mirrored yet, from before this engine's start, or lanes placed by key.
    /// </summary>
    public long? ToTarget(TopicPartition source, long sourceOffset) =>
        _offsets is not null && _offsets.TryGetValue(source, out var offsets)
        && Flows[0].Lanes().FirstOrDefault(lane => lane.Topic == source.Topic && lane.Partition == source.Partition) is { Position: { } position }
            ? offsets.ToTarget(sourceOffset, position)
            : null;

    /// <summary>What is not known of one is not known of all.</summary>
    private static long? Sum(FlowSnapshot[] flows, Func<FlowSnapshot, long?> amount) => flows.All(flow => amount(flow) is not null) ? flows.Sum(amount) : null;

    private LaneMap Observe(LanePlan plan) => _offsets!.GetOrAdd(plan.Source, static (source, byKey) => new LaneMap(source, byKey), plan.ByKey);
}

using System.Collections.Concurrent;
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

    /// <summary>What the file said last of each flow: an operator's word counts until it says something else.</summary>
    private readonly ConcurrentDictionary<string, long?> _throttled = [];
    private readonly FramePool _frames;
    private readonly TimeProvider _time;
    private readonly EngineOptions _options;
    private readonly FlowNeighbours _neighbours;
    private readonly ILoggerFactory _loggers;
    private IReadOnlyList<Flow> _flows;

    /// <param name="flows">What to run.</param>
    /// <param name="options">What the flows share.</param>
    /// <param name="time">The clock of everything in it.</param>
    /// <param name="loggers">Where to say what happens.</param>
    public MirrorEngine(IReadOnlyList<FlowOptions> flows, EngineOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(flows);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(loggers);
        (_time, _options, _loggers) = (time, options, loggers);
        _offsets = options.KeepsOffsets ? [] : null;
        _frames = new FramePool(options.MemoryBudgetBytes);
        _neighbours = new FlowNeighbours(new ClusterAliases(), new TopicRings(flows));
        _flows = [.. flows.Select(flow => Create(flow, flows.Count))];
        foreach (var flow in flows)
        {
            Throttle(Find(flow)!, flow);
        }
    }

    /// <summary>All of them, in the order of the file; those that came later last.</summary>
    public IReadOnlyList<Flow> Flows => Volatile.Read(ref _flows);

    /// <summary>
    /// One more flow, of MirrorMaker 2's way. It does nothing before <see cref="Flow.RunAsync"/>; one caller at a time adds and removes.
    /// </summary>
    public Flow Add(FlowOptions flow)
    {
        ArgumentNullException.ThrowIfNull(flow);
        _neighbours.Rings.Join(flow);
        var added = Create(flow, int.MaxValue);
        Volatile.Write(ref _flows, [.. _flows, added]);
        Throttle(added, flow);
        return added;
    }

    /// <summary>A flow that has ended is none of this engine's any more.</summary>
    public void Remove(Flow flow)
    {
        ArgumentNullException.ThrowIfNull(flow);
        Volatile.Write(ref _flows, [.. _flows.Where(other => other != flow)]);
        _throttled.TryRemove(flow.Name, out _);
        if (flow.Names is { } names)
        {
            _neighbours.Rings.Part(names);
        }
    }

    /// <summary>
    /// A flow goes on as its file says now: its throttle at once, all else by beginning anew, with what is in flight acknowledged and
    /// stored before. Other flows notice nothing. False where there is no such flow, or it runs no more.
    /// </summary>
    /// <param name="flow">What the file says now.</param>
    /// <param name="isThrottleOnly">Nothing else is different.</param>
    public bool Change(FlowOptions flow, bool isThrottleOnly)
    {
        ArgumentNullException.ThrowIfNull(flow);
        if (Find(flow) is not { } running)
        {
            return false;
        }

        Throttle(running, flow);
        if (isThrottleOnly)
        {
            return true;
        }

        _neighbours.Rings.Change(flow);
        return running.Change(Way(flow));
    }

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
            : ends.All(end => end.End == MirrorEnd.Completed) ? new MirrorOutcome(MirrorEnd.Completed)
            : new MirrorOutcome(MirrorEnd.Refused, string.Join("; ", ends.Select(end => end.Failure)));
        return outcome with
        {
            Halted = [.. ends.SelectMany(end => end.Halted)],
            Repeats = ends.Sum(end => end.Repeats),
            Idle = [.. Flows.Zip(ends)
                .SelectMany(flow => flow.Second.Failure is { } cause ? [$"{flow.First.Name}: {cause}"] : flow.Second.Idle)],
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
            Filling = LaneFilling.Sum(flows.Select(flow => flow.Lanes.Filling)),
            Paused = [.. flows.SelectMany(flow => flow.Lanes.Paused)],
        })
        {
            At = _time.GetUtcNow(),
            MemoryBudgetBytes = _frames.BudgetBytes,
            MemoryUsedBytes = _frames.RentedBytes,
        };
    }

    /// <summary>
    /// Where on the target a consumer of the source that has read up to <paramref name="sourceOffset"/> goes on: at the first mirrored
    /// record from there on, or behind the last one. Null while that is not known: not mirrored yet, from before this engine's start, or
    /// lanes placed by key.
    /// </summary>
    public long? ToTarget(TopicPartition source, long sourceOffset) =>
        _offsets is not null && _offsets.TryGetValue(source, out var offsets)
        && Flows[0]
            .Lanes().FirstOrDefault(lane => lane.Topic == source.Topic && lane.Partition == source.Partition) is { Position: { } position }
            ? offsets.ToTarget(sourceOffset, position)
            : null;

    /// <summary>What is not known of one is not known of all.</summary>
    private static long? Sum(FlowSnapshot[] flows, Func<FlowSnapshot, long?> amount) =>
        flows.All(flow => amount(flow) is not null) ? flows.Sum(amount) : null;

    private void Throttle(Flow running, FlowOptions flow)
    {
        if (_throttled.GetValueOrDefault(running.Name) != flow.ThrottleBytesPerSecond)
        {
            running.Throttle(null, flow.ThrottleBytesPerSecond);
        }

        _throttled[running.Name] = flow.ThrottleBytesPerSecond;
    }

    private Flow Create(FlowOptions flow, int ofFlows)
    {
        var name = flow.Name.ToString();
        var own = ofFlows > 1 || flow.Positions is WorkerOptions ? new FlowLoggers(_loggers, name) : _loggers;
        return new Flow(name, Way(flow), new FlowScope(_time, own, own.CreateLogger<Flow>(), _frames));
    }

    private Flow? Find(FlowOptions options) => Flows.FirstOrDefault(flow => flow.Name == options.Name.ToString());

    private IFlowWay Way(FlowOptions flow) => flow.Positions is WorkerOptions
        ? new OffsetsTopicWay(_options.UntilEnd ? flow with { UntilEnd = true } : flow, _neighbours, _options.Grace,
            _options.Worker ?? $"{Environment.MachineName}/{Environment.ProcessId}")
        : new SourceGroupWay(flow, _options.Grace, _options.KeepsOffsets ? Observe : null);

    private LaneMap Observe(LanePlan plan) =>
        _offsets!.GetOrAdd(plan.Source, static (source, byKey) => new LaneMap(source, byKey), plan.ByKey);
}

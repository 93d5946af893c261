using Heliostat.Configuration.Dialects.MirrorMaker2;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Flows;
using Heliostat.Mirroring.Lanes;
using Heliostat.Mirroring.Topics;
using Heliostat.Transport;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Replication;

/// <summary>Runs all flows of a MirrorMaker 2 file, each by itself, within one memory budget.</summary>
public sealed class ReplicationEngine
{
    private readonly RateMeter _rate;
    private readonly ReplicationFlow[] _flows;

    /// <param name="file">What to run.</param>
    /// <param name="memoryBudgetBytes">The most bytes held in frames between the clusters; reading stops when they are used up; null for the default.</param>
    /// <param name="grace">What its caller lets pass between stop and abort: acknowledgements are awaited and positions stored within it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Where to say what happens.</param>
    public ReplicationEngine(MirrorMaker2File file, long? memoryBudgetBytes, TimeSpan grace, TimeProvider time, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(file);
        var frames = new FramePool(memoryBudgetBytes ?? MemoryBudget.DefaultBytes);
        var neighbours = new FlowNeighbours(new ClusterAliases(), new TopicRings(file.Flows));
        _rate = new RateMeter(time);
        _flows = [.. file.Flows.Select(flow => new ReplicationFlow(flow, neighbours, frames, grace, time, loggers))];
    }

    /// <summary>Runs until told to stop, or until every flow was refused.</summary>
    /// <param name="stop">Stop gracefully: fetch no more, let acknowledgements in, store positions.</param>
    /// <param name="abort">Stop at once.</param>
    public async Task<MirrorOutcome> RunAsync(CancellationToken stop, CancellationToken abort)
    {
        await Task.WhenAll(_flows.Select(flow => flow.RunAsync(stop, abort)));
        var refused = Snapshot().Flows.Where(flow => flow.Status == FlowStatus.Refused).Select(flow => flow.Cause);
        return abort.IsCancellationRequested ? new MirrorOutcome(MirrorEnd.Aborted)
            : stop.IsCancellationRequested ? new MirrorOutcome(MirrorEnd.Stopped)
            : new MirrorOutcome(MirrorEnd.Refused, string.Join("; ", refused));
    }

    /// <summary>What it is doing now; cheap. One caller at a time.</summary>
    public ReplicationSnapshot Snapshot()
    {
        FlowSnapshot[] flows = [.. _flows.Select(flow => flow.Snapshot())];
        var total = new MirrorSnapshot
        {
            Lanes = flows.Sum(flow => flow.Lanes.Lanes),
            RunningLanes = flows.Sum(flow => flow.Lanes.RunningLanes),
            Records = flows.Sum(flow => flow.Lanes.Records),
            Bytes = flows.Sum(flow => flow.Lanes.Bytes),
            LagRecords = Sum(flows, flow => flow.Lanes.LagRecords),
            LagBytes = Sum(flows, flow => flow.Lanes.LagBytes),
            LagAtLeast = flows.Sum(flow => flow.Lanes.LagAtLeast),
            Paused = [.. flows.SelectMany(flow => flow.Lanes.Paused)],
        };
        var (records, bytes) = _rate.Sampled(total.Records, total.Bytes);
        return new ReplicationSnapshot(flows, total with { RecordsPerSecond = records, BytesPerSecond = bytes });
    }

    /// <summary>What is not known of one is not known of all.</summary>
    private static long? Sum(FlowSnapshot[] flows, Func<FlowSnapshot, long?> amount) => flows.All(flow => amount(flow) is not null) ? flows.Sum(amount) : null;
}

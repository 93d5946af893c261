using Heliostat.Client;
using Heliostat.Client.Fetching;
using Heliostat.Client.Producing;
using Heliostat.Mirroring.Pump;

namespace Heliostat.Mirroring.Lanes;

/// <summary>Builds lanes and takes them down: outlet, lane, cursor. Outlets that records reach by key are shared, and stay open for the next lane.</summary>
internal sealed class LaneFactory(
    LaneTable lanes, LaneContext context, Fetcher fetcher, Producer producer, Func<LanePlan, ILaneObserver>? observers = null)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TopicPartition, Outlet> _shared = [];
    private long _closedRecords;
    private long _closedBytes;

    /// <summary>Opens the lane of <paramref name="plan"/> at <paramref name="start"/>, if its partition is still owned for <paramref name="term"/>.</summary>
    public void Open(LanePlan plan, LanePosition start, long term)
    {
        var lane = new Lane(plan, context, Outlets(plan), start, observers?.Invoke(plan));
        if (!lanes.TryInstall(lane, term))
        {
            Close(lane);
            return;
        }

        var cursor = fetcher.Add(plan.Source, start.Offset, start.LeaderEpoch, lane, plan.Topics.Source);
        if (!lane.TryAttach(cursor))
        {
            fetcher.Remove(cursor);
        }
    }

    /// <summary>What lanes that are closed had delivered.</summary>
    public (long Records, long Bytes) Closed => (Interlocked.Read(ref _closedRecords), Interlocked.Read(ref _closedBytes));

    public void Close(Lane lane)
    {
        Interlocked.Add(ref _closedRecords, lane.Counters.Records);
        Interlocked.Add(ref _closedBytes, lane.Counters.Bytes);
        if (lane.Close() is { } cursor)
        {
            fetcher.Remove(cursor);
        }

        if (!lane.Plan.ByKey)
        {
            foreach (var outlet in lane.Outlets.OfType<Outlet>())
            {
                producer.Close(outlet.Partition);
            }
        }
    }

    private Outlet[] Outlets(LanePlan plan)
    {
        if (!plan.ByKey)
        {
            return [new Outlet(producer, new TopicPartition(plan.TargetTopic, plan.Source.Partition))];
        }

        var outlets = new Outlet[plan.TargetPartitions];
        lock (_gate)
        {
            for (var i = 0; i < outlets.Length; i++)
            {
                var target = new TopicPartition(plan.TargetTopic, i);
                if (!_shared.TryGetValue(target, out var outlet))
                {
                    _shared[target] = outlet = new Outlet(producer, target);
                }

                outlets[i] = outlet;
            }
        }

        return outlets;
    }
}

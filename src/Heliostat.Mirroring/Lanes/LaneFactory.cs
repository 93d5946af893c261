using Heliostat.Client.Fetching;
using Heliostat.Client.Producing;
using Heliostat.Client.Transactions;
using Heliostat.Mirroring.Pump;
using Heliostat.Mirroring.Troubles;

namespace Heliostat.Mirroring.Lanes;

/// <summary>
/// Builds lanes and takes them down: outlet, lane, cursor. Outlets that records reach by key are shared, and stay open for the next lane
/// as long as there is the same producer.
/// </summary>
internal sealed class LaneFactory(
    LaneTable lanes, LaneBook book, LaneContext context, Fetcher fetcher, Func<Producer> producer, Suspensions suspended,
    Func<LanePlan, ILaneObserver>? observers = null)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TopicPartition, Outlet> _shared = [];
    private Producer? _sharedOf;

    /// <summary>Makes the outlet of a lane whose records keep their offsets; null where none do.</summary>
    public Func<LanePlan, Producer, ILaneOutlet>? Equal { get; init; }

    /// <summary>What a lane of its own place writes under; null for the producer's own epochs.</summary>
    public Func<TopicPartition, ProducerTerm?> Term { get; init; } = static _ => null;

    /// <summary>Where what lanes cannot deliver goes; null where none are to.</summary>
    public TopicPartition? Letters { get; init; }

    /// <summary>Where its lanes are.</summary>
    public LaneTable Lanes => lanes;

    /// <summary>
    /// Opens the lane of <paramref name="plan"/> at <paramref name="start"/>, if its partition is still owned for <paramref name="term"/>.
    /// </summary>
    public void Open(LanePlan plan, LanePosition start, long term)
    {
        var lane = new Lane(plan, Context(), Outlets(plan), start, observers?.Invoke(plan), book.Of(plan.Source));
        if (!lanes.TryInstall(lane, term))
        {
            Close(lane);
            return;
        }

        suspended.Still(lane);
        var cursor = fetcher.Add(plan.Source, start.Offset, start.LeaderEpoch, lane, plan.Topics.Source);
        if (!lane.TryAttach(cursor))
        {
            fetcher.Remove(cursor);
        }
    }

    /// <summary>
    /// Keeps the lane of <paramref name="partition"/> from opening (<see cref="LaneTable.Halt"/>); <paramref name="position"/> is where it
    /// stands.
    /// </summary>
    public void Halt(TopicPartition partition, long term, long position, Trouble trouble)
    {
        var counters = book.Of(partition);
        counters.LastSeen = new LaneLastSeen(counters.LastSeen?.TargetTopic, position, counters.LastSeen?.SourceEnd)
        {
            BehindSince = counters.LastSeen?.BehindSince
        };
        lanes.Halt(partition, term, trouble);
    }

    /// <summary>The lane of <paramref name="partition"/> is gone for good.</summary>
    public void Forget(TopicPartition partition) => book.Of(partition).LastSeen = null;

    public void Close(Lane lane)
    {
        var now = lane.Snapshot();
        lane.Counters.LastSeen = new LaneLastSeen(lane.Plan.TargetTopic, now.Position, now.SourceEnd < 0 ? null : now.SourceEnd)
        {
            BehindSince = now.BehindSince,
            Equality = lane.Outlets[0].Equality
        };
        if (lane.Close() is { } cursor)
        {
            fetcher.Remove(cursor);
        }

        if (!lane.Plan.ByKey)
        {
            foreach (var outlet in lane.Outlets)
            {
                outlet.Close(producer());
            }
        }
    }

    private LaneContext Context() =>
        Letters is { } letters ? context with { DeadLetters = Shared(producer(), letters, isOfMany: true) } : context;

    private ILaneOutlet[] Outlets(LanePlan plan)
    {
        var now = producer();
        return plan.ByKey
            ? [.. Enumerable.Range(0, plan.TargetPartitions).Select(i => Shared(now, new TopicPartition(plan.TargetTopic, i)))]
            : [plan.KeepsOffsets ? Equal!(plan, now) : new Outlet(now, plan.Target, plan.TargetEnd, Term(plan.Source))];
    }

    /// <param name="now">What the slot writes with.</param>
    /// <param name="target">What is written to.</param>
    /// <param name="isOfMany">Other slots and flows write to it too.</param>
    private Outlet Shared(Producer now, TopicPartition target, bool isOfMany = false)
    {
        lock (_gate)
        {
            if (_sharedOf != now)
            {
                _shared.Clear();
                _sharedOf = now;
            }

            if (!_shared.TryGetValue(target, out var outlet))
            {
                _shared[target] = outlet = new Outlet(now, target, isShared: isOfMany);
            }

            return outlet;
        }
    }
}

using Heliostat.Mirroring.Pump;

namespace Heliostat.Mirroring.Lanes;

/// <summary>
/// Keeps flows and topics below what an operator lets them take: it counts what was delivered, and lets lanes stop and go on. The pump itself knows nothing of it, and where
/// nothing is throttled it costs nothing.
/// <list type="bullet">
/// <item>A. What was delivered beyond the rate is owed: lanes stand still until it is made good, so that the average holds, however much came in one answer.</item>
/// <item>B. What was not used is saved for at most <see cref="Burst"/>.</item>
/// <item>C. A lane that an operator paused is let go on by nobody but an operator.</item>
/// </list>
/// </summary>
/// <param name="lanes">The lanes that are open.</param>
/// <param name="throttles">What is to be kept.</param>
/// <param name="suspended">What an operator wants to stand still.</param>
/// <param name="time">The clock.</param>
internal sealed class ThrottleLoop(Func<IEnumerable<Lane>> lanes, Throttles throttles, Suspensions suspended, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <summary>How often it looks whether anything is to be throttled.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan Burst = TimeSpan.FromMilliseconds(250);

    private readonly Dictionary<LaneCounters, long> _counted = [];
    private readonly Dictionary<Throttle, double> _saved = [];
    private readonly HashSet<Lane> _held = [];
    private long _lookedAt = time.GetTimestamp();

    public async Task RunAsync(CancellationToken ct)
    {
        try
        {
            while (true)
            {
                await Task.Delay(throttles.All.Count > 0 || _held.Count > 0 ? Interval : Idle, time, ct);
                Look();
            }
        }
        finally
        {
            _held.Clear();
        }
    }

    /// <summary>Counts what was delivered since the last look, and lets lanes stop or go on.</summary>
    internal void Look()
    {
        var elapsed = time.GetElapsedTime(_lookedAt);
        _lookedAt = time.GetTimestamp();
        var all = throttles.All;
        foreach (var gone in _saved.Keys.Except(all).ToList())
        {
            _saved.Remove(gone);
        }

        if (all.Count == 0)
        {
            _counted.Clear();
            GoOn([]);
            return;
        }

        Lane[] open = [.. lanes()];
        var delivered = Delivered(open);
        HashSet<Lane> over = [];
        foreach (var throttle in all)
        {
            var mine = open.Where(lane => throttle.Topic is null || throttle.Topic == lane.Plan.Source.Topic);
            var earned = throttle.BytesPerSecond * elapsed.TotalSeconds;
            var left = Math.Min(_saved.GetValueOrDefault(throttle) + earned - mine.Sum(lane => delivered[lane]), throttle.BytesPerSecond * Burst.TotalSeconds);
            _saved[throttle] = left;
            if (left < 0)
            {
                over.UnionWith(mine);
            }
        }

        foreach (var lane in over)
        {
            _held.Add(lane);
            lane.Suspend();
        }

        GoOn(over);
    }

    private Dictionary<Lane, long> Delivered(Lane[] open)
    {
        var delivered = new Dictionary<Lane, long>(open.Length);
        foreach (var lane in open)
        {
            var bytes = lane.Counters.Bytes;
            delivered[lane] = bytes - _counted.GetValueOrDefault(lane.Counters, bytes);
            _counted[lane.Counters] = bytes;
        }

        return delivered;
    }

    private void GoOn(HashSet<Lane> but)
    {
        foreach (var lane in _held.Except(but).ToList())
        {
            _held.Remove(lane);
            if (!suspended.Has(lane.Plan.Source))
            {
                lane.Resume();
            }
        }
    }
}

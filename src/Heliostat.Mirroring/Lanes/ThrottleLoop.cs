using Heliostat.Mirroring.Pump;

namespace Heliostat.Mirroring.Lanes;

/// <summary>
/// Keeps flows and topics below what an operator lets them take: it counts what was delivered, and lets lanes stop and go on. The pump
/// itself knows nothing of it, and where nothing is throttled it costs nothing.
/// <list type="bullet">
/// <item>A. What was delivered beyond the rate is owed: lanes stand still until it is made good, so that the average holds, however much
/// came in one answer.</item>
/// <item>B. What was not used is saved for at most <see cref="Burst"/>.</item>
/// <item>C. Lanes go on in turn, a few at a time, so that not all of them bring at once what gathered meanwhile.</item>
/// <item>D. A lane that an operator paused is let go on by nobody but an operator; one that stands still for a trouble is tried again when
/// its own clock says so.</item>
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

    /// <summary>What a lane that goes on is reckoned to bring.</summary>
    private const double Answer = 256 * 1024;

    private readonly Dictionary<LaneCounters, long> _counted = [];
    private readonly Dictionary<Throttle, double> _saved = [];
    private readonly Queue<Lane> _held = [];
    private readonly HashSet<Lane> _isHeld = [];
    private long _lookedAt = time.GetTimestamp();

    public async Task RunAsync(CancellationToken ct)
    {
        while (true)
        {
            await Task.Delay(throttles.All.Count > 0 || _held.Count > 0 ? Interval : Idle, time, ct);
            Look();
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
        }
        else
        {
            Lane[] open = [.. lanes()];
            Earn(all, Delivered(open), elapsed);
            foreach (var lane in open.Where(lane => Of(lane, all).Any(throttle => _saved[throttle] < 0)))
            {
                Hold(lane);
            }
        }

        GoOn(all);
    }

    private static IEnumerable<Throttle> Of(Lane lane, IReadOnlyList<Throttle> all) =>
        all.Where(throttle => throttle.Topic is null || throttle.Topic == lane.Plan.Source.Topic);

    private List<(Lane Lane, long Bytes)> Delivered(Lane[] open)
    {
        var delivered = new List<(Lane, long)>(open.Length);
        foreach (var lane in open)
        {
            var bytes = lane.Counters.Bytes;
            delivered.Add((lane, bytes - _counted.GetValueOrDefault(lane.Counters, bytes)));
            _counted[lane.Counters] = bytes;
        }

        return delivered;
    }

    private void Earn(IReadOnlyList<Throttle> all, List<(Lane Lane, long Bytes)> delivered, TimeSpan elapsed)
    {
        foreach (var throttle in all)
        {
            var used = delivered.Sum(lane => throttle.Topic is null || throttle.Topic == lane.Lane.Plan.Source.Topic ? lane.Bytes : 0);
            var left = _saved.GetValueOrDefault(throttle) + (throttle.BytesPerSecond * elapsed.TotalSeconds) - used;
            _saved[throttle] = Math.Min(left, throttle.BytesPerSecond * Burst.TotalSeconds);
        }
    }

    private void Hold(Lane lane)
    {
        if (_isHeld.Add(lane))
        {
            _held.Enqueue(lane);
        }

        // Again, as an operator may have let it go on meanwhile.
        lane.Suspend();
    }

    /// <summary>Those that stand the longest go on first, as many as what is saved is likely to do for.</summary>
    private void GoOn(IReadOnlyList<Throttle> all)
    {
        var room = all.ToDictionary(throttle => throttle,
            throttle => _saved[throttle] < 0 ? 0 : Math.Max(1, (int)(_saved[throttle] / Answer)));
        for (var left = _held.Count; left > 0; left--)
        {
            var lane = _held.Dequeue();
            if (Of(lane, all).Any(throttle => room[throttle] == 0))
            {
                _held.Enqueue(lane);
                continue;
            }

            foreach (var throttle in Of(lane, all))
            {
                room[throttle]--;
            }

            _isHeld.Remove(lane);
            suspended.GoOn(lane, triesNow: false);
        }
    }
}

using Heliostat.Mirroring.Flows;

namespace Heliostat.Status;

/// <summary>
/// What a mirror does, for all who ask within a second: it is looked at once for them, and not at all while nobody asks. The last look is
/// kept, and no other. Thread-safe.
/// </summary>
/// <param name="look">Looks at it, with each lane by itself or not.</param>
/// <param name="time">The clock.</param>
internal sealed class SharedLook(Func<bool, EngineSnapshot> look, TimeProvider time)
{
    /// <summary>Less than a second, so that who asks every second is told something new each time.</summary>
    public static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(900);

    private readonly Lock _gate = new();
    private (long At, bool WithLanes, EngineSnapshot Engine)? _last;

    /// <summary>What it does, or did up to <see cref="Moment"/> ago; with each lane by itself where that is asked for.</summary>
    public EngineSnapshot Now(bool withLanes)
    {
        lock (_gate)
        {
            if (_last is { } last && (last.WithLanes || !withLanes) && time.GetElapsedTime(last.At) < Moment)
            {
                return last.Engine;
            }

            var at = time.GetTimestamp();
            var now = look(withLanes);
            _last = (at, withLanes, now);
            return now;
        }
    }

    /// <summary>Somebody changed something: who asks from now on is to see it.</summary>
    public void Forget()
    {
        lock (_gate)
        {
            _last = null;
        }
    }
}

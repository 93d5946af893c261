namespace Heliostat.Mirroring.Pump;

/// <summary>When a lane is to be looked at next. Behind the lane's lock.</summary>
internal sealed class LaneAlarm(ILaneClock? clock)
{
    private const long Never = 0;

    private long _at = Never;

    /// <summary>Asks for <paramref name="lane"/> to be looked at, unless that is so by then.</summary>
    public void Ask(Lane lane, long? at)
    {
        if (at is { } due && (_at == Never || due < _at))
        {
            _at = due;
            clock?.Due(lane, due);
        }
    }

    /// <summary>Whether this is what was asked for last.</summary>
    public bool IsFor(long at) => at == _at;

    /// <summary>The lane was looked at; it is at <paramref name="next"/> again, of which the clock knows.</summary>
    public long? Set(long? next)
    {
        _at = next ?? Never;
        return next;
    }
}

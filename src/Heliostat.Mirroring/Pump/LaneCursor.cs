using Heliostat.Client.Fetching;
using Heliostat.Mirroring.Records;

namespace Heliostat.Mirroring.Pump;

/// <summary>
/// What fetches for a lane: only while the lane moves, its target has room, and what comes next is to be mirrored and old enough. Behind
/// the lane's lock.
/// </summary>
internal sealed class LaneCursor(PositionTracker tracker, LaneMotion motion, TargetPatience patience, LaneDelay delay, LaneEnd end)
{
    private FetchCursor? _cursor;

    private bool IsFree => motion.Moves && !patience.IsResting && !IsKept;

    /// <summary>What comes next is too young, or not to be mirrored.</summary>
    private bool IsKept => delay.Until is not null || end.IsReached;

    /// <summary>Takes it over, unless the lane is closed. What was fetched already may have stopped the lane.</summary>
    public bool TryAttach(FetchCursor cursor)
    {
        var isOpen = motion.Status != LaneStatus.Closed;
        _cursor = isOpen ? cursor : null;
        if (!IsFree)
        {
            cursor.Pause();
        }

        return isOpen;
    }

    /// <summary>The lane is closed: what fetched for it is another's to take away.</summary>
    public FetchCursor? Detach() => _cursor;

    public void Pause() => _cursor?.Pause();

    /// <summary>Goes to where the lane takes in next, however old that is.</summary>
    public void Follow()
    {
        delay.End();
        end.GoesOnAt(tracker.Read);
        _cursor?.Seek(tracker.Read, tracker.ReadEpoch);
    }

    /// <summary>Fetches again, if nothing else keeps it.</summary>
    public void Resume()
    {
        if (IsFree)
        {
            _cursor?.Resume();
        }
    }

    /// <summary>The target has enough.</summary>
    public void Rest()
    {
        patience.Rest();
        Pause();
    }

    /// <summary>The target has room again.</summary>
    public void EndRest()
    {
        patience.EndRest();
        Resume();
    }

    /// <summary>Fetches from where the lane is.</summary>
    public void GoOn()
    {
        Follow();
        Resume();
    }

    /// <summary>Likewise after a pause: the target has all its time again.</summary>
    public void BeginAnew()
    {
        patience.BeginAnew();
        Follow();
        EndRest();
    }

    /// <summary>The target answered, and has room for what a rest keeps waiting.</summary>
    public void Heard(bool hasRoom)
    {
        patience.Heard();
        if (hasRoom)
        {
            EndRest();
        }
    }

    /// <summary>
    /// Whether it stops after what was taken in: the target has enough, or what comes next is too young, or not to be mirrored.
    /// </summary>
    public bool Stops(bool isFull)
    {
        if (isFull)
        {
            Rest();
        }
        else if (IsKept)
        {
            Pause();
        }

        return isFull || IsKept;
    }

    /// <summary>Fetches again when what comes next is likely to be old enough.</summary>
    public void LookAtDelay()
    {
        if (delay.IsOver)
        {
            delay.End();
            Resume();
        }
    }
}

using Heliostat.Client.Fetching;
using Heliostat.Mirroring.Records;

namespace Heliostat.Mirroring.Pump;

/// <summary>What fetches for a lane: only while the lane moves and its target has room. Behind the lane's lock.</summary>
internal sealed class LaneCursor(PositionTracker tracker, LaneStanding standing, TargetPatience patience)
{
    private FetchCursor? _cursor;

    /// <summary>Takes it over, unless the lane is closed. What was fetched already may have stopped the lane.</summary>
    public bool TryAttach(FetchCursor cursor)
    {
        var isOpen = standing.Status != LaneStatus.Closed;
        _cursor = isOpen ? cursor : null;
        if (!standing.Moves || patience.IsResting)
        {
            cursor.Pause();
        }

        return isOpen;
    }

    /// <summary>The lane is closed: what fetched for it is another's to take away.</summary>
    public FetchCursor? Detach() => _cursor;

    public void Pause() => _cursor?.Pause();

    /// <summary>Goes to where the lane takes in next.</summary>
    public void Follow() => _cursor?.Seek(tracker.Read, tracker.ReadEpoch);

    /// <summary>Fetches again, if nothing else keeps it.</summary>
    public void Resume()
    {
        if (standing.Moves && !patience.IsResting)
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
}

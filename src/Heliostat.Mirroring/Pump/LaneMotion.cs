using System.Diagnostics;
using Heliostat.Mirroring.Troubles;

namespace Heliostat.Mirroring.Pump;

/// <summary>
/// Whether a lane moves: a pure machine, behind the lane's lock. Beside it an operator may suspend the lane, which changes nothing here.
/// <code>
///              Doubt (for good)
///              +-------------+
///              |             v
///   Running --Pause--> Paused --GoOn, when the clock says so--> Running
///      |                  |
///      +----- Drain ------+--> Draining --Close--> Closed &lt;--Close-- any
/// </code>
/// <list type="bullet">
/// <item>A. Paused has a cause, and nothing else has.</item>
/// <item>B. A lane in doubt is never resumed: its owner closes it, looks at its logs, and opens another.</item>
/// <item>C. Waits grow with failures in a row at one position, and begin anew at another.</item>
/// </list>
/// </summary>
internal sealed class LaneMotion
{
    public static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan LastRetry = TimeSpan.FromSeconds(30);

    private int _failures;
    private long _failedAt = -1;
    private long _refusedAt = -1;
    private (TroubleKind Kind, long Position, DateTimeOffset At)? _since;

    public LaneStatus Status { get; private set; } = LaneStatus.Running;

    /// <summary>Why it is paused; null when it is not.</summary>
    public Trouble? Pause { get; private set; }

    /// <summary>It cannot tell any more whether the logs are those that its position is of.</summary>
    public bool IsDoubtful { get; private set; }

    /// <summary>An operator does not want it to take anything in.</summary>
    public bool IsSuspended { get; set; }

    /// <summary>How often in a row a batch was refused at one position.</summary>
    public int Refusals { get; private set; }

    /// <summary>
    /// Configs of the target's topic that decide whether it takes what it refused; empty while the lane does not stand still for that.
    /// </summary>
    public IReadOnlyList<string> WaitsFor { get; private set; } = [];

    /// <summary>It takes in what is fetched.</summary>
    public bool Moves => Status == LaneStatus.Running && !IsSuspended;

    /// <summary>Nothing comes after this.</summary>
    public bool IsEnding => Status is LaneStatus.Draining or LaneStatus.Closed;

    /// <summary>Stands still from now on; once more for another cause.</summary>
    public void Stop(Trouble trouble, IReadOnlyList<string>? waitsFor = null)
    {
        if (!IsEnding)
        {
            (Status, Pause, WaitsFor) = (LaneStatus.Paused, trouble, waitsFor ?? []);
        }

        CheckInvariants();
    }

    /// <summary>Stands still until its owner has looked at both logs. False when it does already, or ends.</summary>
    public bool TryDoubt(Trouble trouble)
    {
        if (IsDoubtful || IsEnding)
        {
            return false;
        }

        IsDoubtful = true;
        Stop(trouble);
        return true;
    }

    /// <summary>Whether its clock says that it may go on.</summary>
    public bool IsDue(DateTimeOffset now) => Status == LaneStatus.Paused && !IsDoubtful && Pause?.NextTry <= now;

    /// <summary>
    /// Tries again at once instead of when its clock says so, or somebody who had to act did; false when it does not stand still, or is in
    /// doubt.
    /// </summary>
    public bool TryHasten(DateTimeOffset now)
    {
        if (Status != LaneStatus.Paused || IsDoubtful || Pause is not { } pause)
        {
            return false;
        }

        Pause = pause with { NextTry = now };
        return true;
    }

    public void GoOn()
    {
        Debug.Assert(Status == LaneStatus.Paused && !IsDoubtful, "B");
        (Status, Pause, WaitsFor) = (LaneStatus.Running, null, []);
        CheckInvariants();
    }

    public void Drain()
    {
        (Status, Pause, WaitsFor) = (LaneStatus.Draining, null, []);
        CheckInvariants();
    }

    public void Close()
    {
        (Status, Pause, WaitsFor) = (LaneStatus.Closed, null, []);
        CheckInvariants();
    }

    /// <summary>Since when a trouble is the lane's: one that comes again where it came last goes on.</summary>
    public DateTimeOffset Since(TroubleKind kind, long position, DateTimeOffset now)
    {
        if (_since is not { } since || since.Kind != kind || since.Position != position)
        {
            _since = (kind, position, now);
        }

        return _since!.Value.At;
    }

    /// <summary>A batch was refused at a position.</summary>
    public void Refused(long position)
    {
        Refusals = _refusedAt == position ? Refusals + 1 : 1;
        _refusedAt = position;
    }

    /// <summary>
    /// Something cannot be delivered at a position: how long to wait before the next attempt, and whether that was told before.
    /// </summary>
    public (TimeSpan Wait, bool IsTold) Failed(long position)
    {
        _failures = _failedAt == position ? _failures + 1 : 0;
        _failedAt = position;
        var wait = TimeSpan.FromTicks(Math.Min((FirstRetry * (1 << Math.Min(_failures, 5))).Ticks, LastRetry.Ticks));
        return (wait, _failures > 0 && wait < LastRetry);
    }

    [Conditional("DEBUG")]
    private void CheckInvariants()
    {
        Debug.Assert((Status == LaneStatus.Paused) == (Pause is not null), "A");
        Debug.Assert(!IsDoubtful || Status != LaneStatus.Running, "B");
    }
}

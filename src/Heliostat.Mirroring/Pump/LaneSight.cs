using Heliostat.Mirroring.Records;
using Heliostat.Mirroring.Troubles;

namespace Heliostat.Mirroring.Pump;

/// <summary>What of a lane can be seen from outside. Behind the lane's lock.</summary>
/// <param name="plan">What was decided for the lane.</param>
/// <param name="motion">Whether it moves.</param>
/// <param name="tracker">The lane's.</param>
/// <param name="end">Where the source ends.</param>
/// <param name="intake">What is taken in.</param>
/// <param name="delivery">What is on its way.</param>
internal sealed class LaneSight(
    LanePlan plan, LaneMotion motion, PositionTracker tracker, SourceEnd end, Intake intake, Delivery delivery)
{
    /// <summary>The lane as it is now.</summary>
    /// <param name="stall">What it waits for of a silent target; null for nothing.</param>
    /// <param name="isWhole">Its outlets hold all that they were told of.</param>
    public LaneSnapshot Now(Trouble? stall, bool isWhole)
    {
        var isRunning = motion.Status == LaneStatus.Running;
        var isEnded = intake.End.IsReached;
        var known = motion.IsDoubtful ? -1
            : isEnded ? tracker.Read
            : end.Known(tracker.Acknowledged, motion.Status == LaneStatus.Paused);
        return new LaneSnapshot(plan.Source, motion.Status, motion.Pause ?? stall, tracker.Acknowledged, known)
        {
            Hold = end.Holder is { } holder && isRunning
                ? Trouble.Said(TroubleKind.OpenTransaction, holder, $"{plan.Source}") with { Since = end.HeldSince, NextTry = null }
                : null,
            IsSuspended = motion.IsSuspended,
            Taken = tracker.Read,
            DelayedUntil = isRunning ? intake.Delay.Until : null,
            HasEnded = isRunning && isEnded,
            BehindSince = isEnded
                ? null
                : intake.Delay.OrSince(end.BehindSince(tracker.Acknowledged, intake.Counters.LastTimestamp)),
            IsSettled = delivery.InFlight == 0 && isWhole,
            WaitsFor = motion.WaitsFor,
            WantsCheck = motion is { IsDoubtful: true, Status: LaneStatus.Paused } && delivery.InFlight == 0,
            HeldAt = isRunning ? end.UnnamedHold : null,
            HeldSince = end.HeldSince,
        };
    }

    /// <summary>When the lane is to be looked at next; null when an event comes first.</summary>
    /// <param name="patience">How long the target is waited for.</param>
    /// <param name="at">The time of day.</param>
    /// <param name="now">As the clock counts.</param>
    public long? DueAt(TargetPatience patience, DateTimeOffset at, long now) => motion.Status switch
    {
        LaneStatus.Running => intake.Delay.OrDueAt(patience.DueAt(delivery.InFlight, now), now),
        LaneStatus.Paused when !motion.IsDoubtful && motion.Pause!.NextTry is { } due => patience.After(due - at, now),
        _ => null,
    };
}

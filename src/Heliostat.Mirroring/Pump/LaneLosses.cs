using Heliostat.Configuration.Losses;
using Heliostat.Mirroring.Records;

namespace Heliostat.Mirroring.Pump;

/// <summary>What a running lane sees of losses by itself, and whether it goes on. Behind the lane's lock.</summary>
internal sealed class LaneLosses(LanePlan plan, LaneContext context, PositionTracker tracker, Delivery delivery)
{
    /// <summary>The source deleted what was to be mirrored next; true when the lane goes on at <paramref name="logStart"/>.</summary>
    public bool GoesOnBehindGap(long logStart)
    {
        var goesOn = context.Lost(LaneCauses.Gap(plan.Source, tracker.Read, logStart)) == LossAction.Record;
        if (goesOn)
        {
            tracker.Skip(logStart, epoch: -1);
        }

        return goesOn;
    }

    /// <summary>
    /// What the target lost, where it stored a batch at <paramref name="baseOffset"/> at which something older of ours had stood: the batch
    /// then does not count as delivered. Null where nothing was lost, or the lane is to go on all the same.
    /// </summary>
    public Loss? OfTarget(long baseOffset, bool isDoubtful)
    {
        if (!delivery.IsBack(baseOffset))
        {
            return null;
        }

        var loss = LaneCauses.TargetLost(plan.Source, tracker.Acknowledged, baseOffset, delivery.Next - 1);
        if (!isDoubtful && context.Lost(loss) == LossAction.Record)
        {
            return null;
        }

        delivery.Lost(baseOffset);
        return loss;
    }
}

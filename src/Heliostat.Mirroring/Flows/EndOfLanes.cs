using Heliostat.Mirroring.Duties;
using Heliostat.Mirroring.Pump;

namespace Heliostat.Mirroring.Flows;

/// <summary>The end of a flow that was asked to end with its lanes: all there are have ended, and what they took in is on the target; halted ones are not waited for.</summary>
internal sealed class EndOfLanes(FlowLife life, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>What follows the records, once more for the last of them.</summary>
    private static readonly Duty[] Followers = [Duty.OffsetSyncs, Duty.Checkpoints, Duty.GroupOffsets];

    public async Task RunAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            await timer.WaitForNextTickAsync(ct);
        }
        while (!life.IsComplete || !life.OpenLanes.All(HasEnded));

        foreach (var duty in Followers)
        {
            await life.RunNowAsync(duty, ct);
        }
    }

    private static bool HasEnded(Lane lane) => lane.Snapshot() is { HasEnded: true, IsSettled: true } now && now.Position == now.Taken;
}

using Heliostat.Mirroring.Duties;
using Heliostat.Mirroring.Pump;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Flows;

/// <summary>
/// The end of a flow that was asked to end with its lanes: all there are have ended, and what they took in is on the target; halted ones
/// are not waited for. What only follows the records is written if it can be: a cluster that does not take it keeps no flow from its end.
/// </summary>
internal sealed partial class EndOfLanes(FlowLife life, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan FollowWithin = TimeSpan.FromSeconds(10);

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
            await FollowAsync(duty, ct);
        }
    }

    private async Task FollowAsync(Duty duty, CancellationToken ct)
    {
        using var late = new CancellationTokenSource(FollowWithin, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, late.Token);
        try
        {
            await life.RunNowAsync(duty, either.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            LogLeft(life.Scope.Logger, duty, FollowWithin.TotalSeconds);
        }
    }

    [LoggerMessage(EventIds.FollowersLeft, LogLevel.Warning,
        "all records are mirrored; the last round of {Duty} did not end within {Seconds} s and is left out")]
    private static partial void LogLeft(ILogger logger, Duty duty, double seconds);

    private static bool HasEnded(Lane lane) => lane.Snapshot() is { HasEnded: true, IsSettled: true } now && now.Position == now.Taken;
}

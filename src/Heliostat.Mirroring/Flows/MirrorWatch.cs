using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Duties;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Flows;

/// <summary>
/// Has the topics looked at when the target does not know the mirror of a running lane any more: it was deleted, and is made anew. Asks
/// nobody while all is well.
/// </summary>
/// <param name="slots">Have the lanes.</param>
/// <param name="topics">Looks at topics.</param>
/// <param name="scope">The flow's.</param>
internal sealed partial class MirrorWatch(IReadOnlyList<FlowSlot> slots, Rounds topics, FlowScope scope)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly HashSet<string> _told = new(StringComparer.Ordinal);

    public async Task RunAsync(CancellationToken ct)
    {
        HashSet<string> before = [];
        using var timer = new PeriodicTimer(Interval, scope.Time);
        while (await timer.WaitForNextTickAsync(ct))
        {
            // A broker that was just started may not know it yet.
            var unknown = Unknown();
            var lost = unknown.Where(before.Contains).ToList();
            before = unknown;
            _told.IntersectWith(unknown);
            if (lost.Count > 0)
            {
                foreach (var mirror in lost.Where(_told.Add))
                {
                    LogLost(scope.Logger, mirror);
                }

                await topics.RunNowAsync(ct);
            }
        }
    }

    private HashSet<string> Unknown() => (
        from slot in slots
        from lane in slot.Lanes.Open
        where lane.Outlets.Any(outlet => outlet.TroubleCode == ErrorCode.UnknownTopicOrPartition)
        select lane.Plan.TargetTopic).ToHashSet(StringComparer.Ordinal);

    [LoggerMessage(EventIds.MirrorLost, LogLevel.Warning,
        "target: topic '{Mirror}' is not there (UNKNOWN_TOPIC_OR_PARTITION): it was deleted; making it anew")]
    private static partial void LogLost(ILogger logger, string mirror);
}

using Heliostat.Mirroring.Pump;
using Heliostat.Mirroring.Topics;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Flows;

/// <summary>Looks after lanes that stand still: retry clocks, silent targets, limits to look up.</summary>
internal sealed partial class LaneWatch(LaneTable lanes, TargetTopics targets, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    public async Task RunAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(ct))
        {
            foreach (var lane in lanes.Open)
            {
                if (lane.WantsLimit)
                {
                    await LookUpLimitAsync(lane, ct);
                }

                lane.Tend();
            }
        }
    }

    private async Task LookUpLimitAsync(Lane lane, CancellationToken ct)
    {
        try
        {
            lane.Limit(await targets.MaxMessageBytesAsync(lane.Plan.TargetTopic, ct));
        }
        catch (Exception failure) when (ClientFailure.IsExpected(failure))
        {
            LogNoLimit(logger, lane.Plan.TargetTopic, failure.Message);
        }
    }

    [LoggerMessage(EventIds.NoLimit, LogLevel.Warning, "target: max.message.bytes of {Topic} cannot be looked up: {Cause}; trying again")]
    private static partial void LogNoLimit(ILogger logger, string topic, string cause);
}

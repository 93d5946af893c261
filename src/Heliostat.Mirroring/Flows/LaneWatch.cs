using Heliostat.Mirroring.Pump;
using Heliostat.Mirroring.Topics;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Flows;

/// <summary>Looks after lanes that stand still: retry clocks, silent targets, limits to look up.</summary>
internal sealed partial class LaneWatch(LaneTable lanes, TargetTopics targets, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private int _silent;

    public async Task RunAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(ct))
        {
            ReportSilence();
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

    /// <summary>A target that falls silent, or speaks again, is said once, however many lanes it concerns.</summary>
    private void ReportSilence()
    {
        var silent = 0;
        string? cause = null;
        foreach (var lane in lanes.Open)
        {
            if (lane.Snapshot() is { Status: LaneStatus.Running, Pause: { } stall })
            {
                silent++;
                cause ??= stall.Cause;
            }
        }

        if (silent > 0 && _silent == 0)
        {
            LogSilent(logger, silent, cause!);
        }
        else if (silent == 0 && _silent > 0)
        {
            LogSpeaks(logger, _silent);
        }

        _silent = silent;
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

    [LoggerMessage(EventIds.TargetSilent, LogLevel.Warning, "{Count} lanes wait for the target: {Cause}; trying again")]
    private static partial void LogSilent(ILogger logger, int count, string cause);

    [LoggerMessage(EventIds.TargetSpeaks, LogLevel.Information, "the target acknowledges again; {Count} lanes go on")]
    private static partial void LogSpeaks(ILogger logger, int count);

    [LoggerMessage(EventIds.NoLimit, LogLevel.Warning, "target: max.message.bytes of {Topic} cannot be looked up: {Cause}; trying again")]
    private static partial void LogNoLimit(ILogger logger, string topic, string cause);
}

using Heliostat.Client;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Lanes;
using Heliostat.Mirroring.Losses;
using Heliostat.Mirroring.Pump;
using Heliostat.Mirroring.Topics;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Flows;

/// <summary>
/// Looks whether the mirrors of running lanes are still there: one that was deleted is made anew, and its lanes look at their logs again.
/// What cannot be made anew pauses them, with the cause.
/// </summary>
internal sealed partial class TargetWatch(LaneTable lanes, LogSide target, LanePlanner planner, OpeningPatience patience, TimeProvider time,
    ILogger logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly RetryClock _missing = new(time, Interval, Interval);

    public async Task RunAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(ct))
        {
            try
            {
                await LookAsync(ct);
            }
            catch (Exception failure) when (ClientFailure.IsExpected(failure))
            {
                // A target that does not answer is told by the lanes that wait for it.
            }
        }
    }

    private async Task LookAsync(CancellationToken ct)
    {
        var mirrors = lanes.Open.ToLookup(lane => lane.Plan.TargetTopic);
        if (mirrors.Count == 0)
        {
            return;
        }

        var found = await target.TopicsAsync([.. mirrors.Select(mirror => mirror.Key)], ct);
        foreach (var mirror in mirrors)
        {
            if (!found.TryGetValue(mirror.Key, out var topic))
            {
                await MakeAnewAsync(mirror, ct);
                continue;
            }

            _missing.Succeeded(mirror.Key);
            foreach (var lane in mirror.Where(lane => topic.Id != Guid.Empty && lane.Plan.Topics.Target != Guid.Empty
                && lane.Plan.Topics.Target != topic.Id))
            {
                lane.Doubt($"target: topic {mirror.Key} has another id");
            }
        }
    }

    private async Task MakeAnewAsync(IGrouping<string, Lane> lost, CancellationToken ct)
    {
        var (mirror, source) = (lost.Key, lost.First().Plan.Source.Topic);
        var before = _missing.Failures.GetValueOrDefault(mirror);
        var cause = $"target: topic '{mirror}' is not there (UNKNOWN_TOPIC_OR_PARTITION): it was deleted";
        _missing.Failed(mirror, cause);
        if (before is null)
        {
            // A broker that was just started may not know it yet.
            return;
        }

        if (before.Count == 1)
        {
            LogLost(logger, cause);
        }

        try
        {
            foreach (var lane in lost)
            {
                lane.Doubt(cause);
            }

            await planner.PlanAsync(source, await planner.SourcePartitionsAsync(source, atLeast: 1, ct), [], static _ => false,
                static _ => Task.CompletedTask, ct);
            _missing.Succeeded(mirror);
        }
        catch (KafkaErrorException failure)
        {
            patience.Check(mirror, before.Since, failure.Message);
        }
    }

    [LoggerMessage(EventIds.MirrorLost, LogLevel.Warning, "{Cause}; making it anew")]
    private static partial void LogLost(ILogger logger, string cause);
}

using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Pump;
using Heliostat.Mirroring.Topics;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Lanes;

/// <summary>Looks after lanes that stand still: retry clocks, silent targets, limits to look up.</summary>
internal sealed partial class LaneWatch(LaneTable lanes, TargetTopics targets, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    /// <summary>How often configs are looked at that lanes wait for.</summary>
    private static readonly TimeSpan ConfigsEvery = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan LimitsAfter = TimeSpan.FromSeconds(5);

    /// <summary>How often it is said again that lanes are halted.</summary>
    private static readonly TimeSpan HaltsAgain = TimeSpan.FromMinutes(10);

    private long _saidHalts;
    private int _silent;
    private Task _limits = Task.CompletedTask;
    private Task _configs = Task.CompletedTask;
    private long _lookedAt;
    private readonly Dictionary<string, IReadOnlyDictionary<string, string?>> _awaited = new(StringComparer.Ordinal);

    public async Task RunAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(Interval, time);
        _saidHalts = time.GetTimestamp();
        try
        {
            while (await timer.WaitForNextTickAsync(ct))
            {
                ReportSilence();
                RepeatHalts();
                await StartLimitsAsync(ct);
                await StartConfigsAsync(ct);
                foreach (var lane in lanes.Open)
                {
                    lane.Tend();
                }
            }
        }
        finally
        {
            await _limits.SettleAsync();
            await _configs.SettleAsync();
        }
    }

    /// <summary>Each halt was told when it came; whoever looks at the log later is to see that it is still so.</summary>
    private void RepeatHalts()
    {
        if (time.GetElapsedTime(_saidHalts) < HaltsAgain)
        {
            return;
        }

        _saidHalts = time.GetTimestamp();
        if (lanes.Halted() is [var first, ..] halted)
        {
            LogStillHalted(logger, halted.Count, first.Topic, first.Partition, first.Cause);
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

    /// <summary>Limits are looked up beside the rest: a target that does not answer must not stop the clocks of the other lanes.</summary>
    private async Task StartLimitsAsync(CancellationToken ct)
    {
        if (_limits.IsCompleted)
        {
            await _limits;
            ILookup<string, Lane> wanting = lanes.Open.Where(lane => lane.WantsLimit).ToLookup(lane => lane.Plan.TargetTopic);
            _limits = wanting.Count == 0 ? Task.CompletedTask : LookUpLimitsAsync(wanting, ct);
        }
    }

    private async Task LookUpLimitsAsync(ILookup<string, Lane> wanting, CancellationToken ct)
    {
        foreach (var topic in wanting)
        {
            try
            {
                var limit = await targets.MaxMessageBytesAsync(topic.Key, ct);
                foreach (var lane in topic)
                {
                    lane.Limit(limit);
                }
            }
            catch (Exception failure) when (ClientFailure.IsExpected(failure))
            {
                LogNoLimit(logger, topic.Key, failure.Message);
                await Task.Delay(LimitsAfter, time, ct);
            }
        }
    }

    private async Task StartConfigsAsync(CancellationToken ct)
    {
        if (!_configs.IsCompleted || (_awaited.Count > 0 && time.GetElapsedTime(_lookedAt) < ConfigsEvery))
        {
            return;
        }

        await _configs;
        ILookup<string, Lane> waiting = lanes.Open.Where(lane => lane.WaitsFor.Count > 0).ToLookup(lane => lane.Plan.TargetTopic);
        foreach (var gone in _awaited.Keys.Where(topic => !waiting.Contains(topic)).ToList())
        {
            _awaited.Remove(gone);
            targets.Awaited.GoOn(gone);
        }

        _lookedAt = time.GetTimestamp();
        _configs = waiting.Count == 0 ? Task.CompletedTask : LookAtConfigsAsync(waiting, ct);
    }

    /// <summary>A lane that waits for a config goes on when it changes: the retry clock alone would let somebody who has done what is needed wait.</summary>
    private async Task LookAtConfigsAsync(ILookup<string, Lane> waiting, CancellationToken ct)
    {
        foreach (var topic in waiting)
        {
            try
            {
                string[] names = [.. topic.SelectMany(lane => lane.WaitsFor).Distinct()];
                var now = await targets.ConfigsAsync(topic.Key, names, ct);
                var before = _awaited.GetValueOrDefault(topic.Key);
                _awaited[topic.Key] = now;
                targets.Awaited.Await(topic.Key, now);
                var changed = before is null ? [] : now.Where(config => before.TryGetValue(config.Key, out var was) && was != config.Value).ToList();
                if (changed.Count > 0)
                {
                    LogChanged(logger, topic.Key, string.Join(", ", changed.Select(config => $"{config.Key} = {config.Value}")));
                    foreach (var lane in topic)
                    {
                        lane.TryNow();
                    }
                }
            }
            catch (Exception failure) when (ClientFailure.IsExpected(failure))
            {
                // What may not be read cannot be watched: the retry clock is left.
                _awaited[topic.Key] = new Dictionary<string, string?>();
            }
        }
    }

    [LoggerMessage(EventIds.AwaitedConfigChanged, LogLevel.Information, "target: topic {Topic}: {Configs} now; the lanes that waited for it try again")]
    private static partial void LogChanged(ILogger logger, string topic, string configs);

    [LoggerMessage(EventIds.LanesStayHalted, LogLevel.Error, "lanes halted: {Count}; {Topic}-{Partition}: {Cause}")]
    private static partial void LogStillHalted(ILogger logger, int count, string topic, int partition, string cause);

    [LoggerMessage(EventIds.TargetSilent, LogLevel.Warning, "lanes that wait for the target: {Count}; {Cause}; trying again")]
    private static partial void LogSilent(ILogger logger, int count, string cause);

    [LoggerMessage(EventIds.TargetSpeaks, LogLevel.Information, "the target acknowledges again; lanes that go on: {Count}")]
    private static partial void LogSpeaks(ILogger logger, int count);

    [LoggerMessage(EventIds.NoLimit, LogLevel.Warning, "target: max.message.bytes of {Topic} cannot be looked up: {Cause}; trying again")]
    private static partial void LogNoLimit(ILogger logger, string topic, string cause);
}

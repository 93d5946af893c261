using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Pump;
using Heliostat.Mirroring.Topics;
using Heliostat.Mirroring.Troubles;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Lanes;

/// <summary>
/// Looks after lanes that wait for something that no event brings: retry clocks, silent targets, limits to look up. Each lane says when it
/// is due; the others cost nothing.
/// </summary>
internal sealed partial class LaneWatch(TargetTopics targets, Func<IEnumerable<PausedLane>> halts, TimeProvider time,
    ILogger logger) : ILaneClock
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan LimitsAfter = TimeSpan.FromSeconds(5);

    /// <summary>How often configs are looked at that lanes wait for.</summary>
    private static readonly TimeSpan ConfigsEvery = TimeSpan.FromSeconds(2);

    /// <summary>How often it is said again that lanes are halted.</summary>
    private static readonly TimeSpan HaltsAgain = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private readonly PriorityQueue<Lane, long> _due = new();
    private readonly Dictionary<Lane, string> _silent = [];
    private readonly HashSet<Lane> _wanting = [];
    private readonly HashSet<Lane> _waiting = [];
    private readonly Dictionary<string, IReadOnlyDictionary<string, string?>> _awaited = new(StringComparer.Ordinal);
    private List<Lane> _news = [];
    private int _reported;
    private long _saidHalts;
    private Task _configs = Task.CompletedTask;
    private long _lookedAt;
    private Task _limits = Task.CompletedTask;

    public void Due(Lane lane, long at)
    {
        lock (_gate)
        {
            _due.Enqueue(lane, at);
            _news.Add(lane);
        }
    }

    public async Task RunAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(Interval, time);
        _saidHalts = time.GetTimestamp();
        try
        {
            while (await timer.WaitForNextTickAsync(ct))
            {
                LookAtDue();
                LookAtNews();
                ReportSilence();
                RepeatHalts();
                await StartLimitsAsync(ct);
                await StartConfigsAsync(ct);
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
        if (halts().ToList() is [var first, ..] halted)
        {
            LogStillHalted(logger, halted.Count, first.Topic, first.Partition, first.Cause);
        }
    }

    private void LookAtDue()
    {
        while (TryTakeDue(time.GetTimestamp(), out var lane, out var at))
        {
            if (lane.Look(at) is { } again)
            {
                Due(lane, again);
            }
        }
    }

    /// <summary>Lanes that asked to be looked at: some want more than that.</summary>
    private void LookAtNews()
    {
        List<Lane> news;
        lock (_gate)
        {
            if (_news.Count == 0)
            {
                return;
            }

            (news, _news) = (_news, []);
        }

        foreach (var lane in news)
        {
            if (lane.Snapshot().WantsLimit)
            {
                _wanting.Add(lane);
            }

            if (lane.Snapshot().WaitsFor.Count > 0)
            {
                _waiting.Add(lane);
            }

            if (StallOf(lane) is { } stall)
            {
                _silent[lane] = stall.Sentence;
            }
        }
    }

    private bool TryTakeDue(long now, out Lane lane, out long at)
    {
        lock (_gate)
        {
            return _due.TryPeek(out lane!, out at) && at <= now && _due.TryDequeue(out lane!, out at);
        }
    }

    /// <summary>A target that falls silent, or speaks again, is said once, however many lanes it concerns.</summary>
    private void ReportSilence()
    {
        foreach (var lane in _silent.Keys.Where(lane => StallOf(lane) is null).ToList())
        {
            _silent.Remove(lane);
        }

        if (_silent.Count > 0 && _reported == 0)
        {
            LogSilent(logger, _silent.Count, _silent.Values.First());
        }
        else if (_silent.Count == 0 && _reported > 0)
        {
            LogSpeaks(logger, _reported);
        }

        _reported = _silent.Count;
    }

    private static Trouble? StallOf(Lane lane) => lane.Snapshot() is { Status: LaneStatus.Running, Pause: { } stall } ? stall : null;

    /// <summary>Limits are looked up beside the rest: a target that does not answer must not stop the clocks of the other lanes.</summary>
    private async Task StartLimitsAsync(CancellationToken ct)
    {
        if (_limits.IsCompleted)
        {
            await _limits;
            _wanting.RemoveWhere(lane => !lane.Snapshot().WantsLimit || lane.Snapshot().Status == LaneStatus.Closed);
            _limits = _wanting.Count == 0 ? Task.CompletedTask : LookUpLimitsAsync(_wanting.ToLookup(lane => lane.Plan.TargetTopic), ct);
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
        _waiting.RemoveWhere(lane => lane.Snapshot().WaitsFor.Count == 0);
        var waiting = _waiting.ToLookup(lane => lane.Plan.TargetTopic);
        foreach (var gone in _awaited.Keys.Where(topic => !waiting.Contains(topic)).ToList())
        {
            _awaited.Remove(gone);
            targets.Awaited.GoOn(gone);
        }

        _lookedAt = time.GetTimestamp();
        _configs = waiting.Count == 0 ? Task.CompletedTask : LookAtConfigsAsync(waiting, ct);
    }

    /// <summary>
    /// A lane that waits for a config goes on when it changes: the retry clock alone would let somebody who has done what is needed wait.
    /// </summary>
    private async Task LookAtConfigsAsync(ILookup<string, Lane> waiting, CancellationToken ct)
    {
        foreach (var topic in waiting)
        {
            try
            {
                string[] names = [.. topic.SelectMany(lane => lane.Snapshot().WaitsFor).Distinct()];
                var now = await targets.ConfigsAsync(topic.Key, names, ct);
                var before = _awaited.GetValueOrDefault(topic.Key);
                _awaited[topic.Key] = now;
                targets.Awaited.Await(topic.Key, now);
                var changed = before is null
                    ? []
                    : now.Where(config => before.TryGetValue(config.Key, out var was) && was != config.Value).ToList();
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

    [LoggerMessage(EventIds.AwaitedConfigChanged, LogLevel.Information,
        "target: topic {Topic}: {Configs} now; the lanes that waited for it try again")]
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

using System.Collections.Concurrent;
using Heliostat.Client;
using Heliostat.Configuration;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Lanes;
using Heliostat.Mirroring.Offsets;
using Heliostat.Mirroring.Pump;
using Heliostat.Transport;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Flows;

/// <summary>Runs one flow from a source to a target cluster: its streams, their common memory budget, and the end of it all.</summary>
public sealed class MirrorEngine : IAsyncDisposable
{
    private readonly MirrorOptions _options;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;
    private readonly RateMeter _rate;
    private readonly TaskCompletionSource<string> _refused = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly MirrorStream[] _streams;
    private readonly ConcurrentDictionary<TopicPartition, LaneMap>? _offsets;

    /// <param name="options">What was asked for.</param>
    /// <param name="time">The clock of everything in it.</param>
    /// <param name="loggers">Where it logs to.</param>
    /// <param name="keepsOffsets">Keep in memory where each record stands on the target, for <see cref="ToTarget"/>.</param>
    public MirrorEngine(MirrorOptions options, TimeProvider time, ILoggerFactory loggers, bool keepsOffsets = false)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _time = time;
        _loggers = loggers;
        _rate = new RateMeter(time);
        var frames = new FramePool(options.MemoryBudgetBytes);
        ConcurrentDictionary<string, bool> keeping = [];
        var known = new KnownPositions();
        _offsets = keepsOffsets ? [] : null;
        _streams = new MirrorStream[options.Streams];
        for (var i = 0; i < _streams.Length; i++)
        {
            _streams[i] = new MirrorStream(
                options, i, frames, keeping, known, cause => _refused.TrySetResult(cause), keepsOffsets ? Observe : null, time, loggers);
        }
    }

    /// <summary>Mirrors until told to stop, until the end that was asked for, or until it cannot go on.</summary>
    /// <param name="stop">Stop gracefully: fetch no more, let acknowledgements in, commit, leave the group.</param>
    /// <param name="abort">Stop at once.</param>
    /// <exception cref="ConfigurationException">The options cannot work with these clusters.</exception>
    public async Task<MirrorOutcome> RunAsync(CancellationToken stop, CancellationToken abort)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var kill = CancellationTokenSource.CreateLinkedTokenSource(abort);
        var completed = false;
        try
        {
            var check = new ClusterCheck(_options, _time, _loggers);
            var goal = await check.RunAsync(end.Token);
            Task[] streams = [.. _streams.Select(stream => stream.RunAsync(end.Token, kill.Token))];
            var goalReached = goal?.RunAsync(_streams, end.Token) ?? Task.Delay(Timeout.InfiniteTimeSpan, _time, end.Token);

            var first = await Task.WhenAny([.. streams, goalReached, _refused.Task.HereAsync()]);
            completed = first == goalReached && goalReached.IsCompletedSuccessfully;
            await end.CancelSoonAsync();
            await Task.WhenAll(streams);
            if (goalReached.IsFaulted)
            {
                await goalReached;
            }
        }
        catch (OperationCanceledException) when (abort.IsCancellationRequested)
        {
            return new MirrorOutcome(MirrorEnd.Aborted);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The end that was asked for.
        }
        catch (Exception failure) when (ClientFailure.IsExpected(failure))
        {
            return new MirrorOutcome(MirrorEnd.Failed, failure.Message);
        }
        finally
        {
            await kill.CancelSoonAsync();
        }

        return _refused.Task.IsCompleted ? new MirrorOutcome(MirrorEnd.Failed, await _refused.Task)
            : abort.IsCancellationRequested ? new MirrorOutcome(MirrorEnd.Aborted)
            : new MirrorOutcome(completed ? MirrorEnd.Completed : MirrorEnd.Stopped);
    }

    /// <summary>What it is doing now; cheap. One caller at a time.</summary>
    public MirrorSnapshot Snapshot()
    {
        var summary = new LanesSummary();
        foreach (var stream in _streams)
        {
            summary.Add(stream.Lanes);
            summary.Deliver(stream.Delivered.Records, stream.Delivered.Bytes);
        }

        return summary.Snapshot(_rate, isWhole: summary.HasLanes);
    }

    /// <summary>What each lane is doing now, by topic and partition; lanes that could not be opened yet are missing.</summary>
    public IReadOnlyList<LaneProgress> Progress()
    {
        var lanes =
            from stream in _streams
            from lane in stream.Lanes.Open
            orderby lane.Plan.Source.Topic, lane.Plan.Source.Partition
            let now = lane.Snapshot()
            let paused = now.StandsFor is { } pause ? new PausedLane(now.Source.Topic, now.Source.Partition, pause.Cause, pause.RetryAt) : null
            select new LaneProgress(
                now.Source.Topic, now.Source.Partition, lane.Plan.TargetTopic, now.Position, now.SourceEnd < 0 ? null : now.SourceEnd,
                lane.Counters.Records, lane.Counters.Bytes, paused);
        return [.. lanes];
    }

    /// <summary>
    /// Where on the target a consumer of the source that has read up to <paramref name="sourceOffset"/> goes on: at the first mirrored record from there on,
    /// or behind the last one. Null while that is not known: not mirrored yet, from before this engine's start, or lanes placed by key.
    /// </summary>
    public long? ToTarget(TopicPartition source, long sourceOffset)
    {
        var lane = _streams.SelectMany(stream => stream.Lanes.Open).FirstOrDefault(lane => lane.Plan.Source == source);
        return lane is not null && _offsets is not null && _offsets.TryGetValue(source, out var offsets) ? offsets.ToTarget(sourceOffset, lane.Position.Offset) : null;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var stream in _streams)
        {
            await stream.DisposeAsync();
        }
    }

    private LaneMap Observe(LanePlan plan) => _offsets!.GetOrAdd(plan.Source, static (source, byKey) => new LaneMap(source, byKey), plan.ByKey);
}

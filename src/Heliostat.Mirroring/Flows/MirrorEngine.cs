using System.Collections.Concurrent;
using Heliostat.Mirroring.Configuration;
using Heliostat.Transport;
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

    public MirrorEngine(MirrorOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _time = time;
        _loggers = loggers;
        _rate = new RateMeter(time);
        var frames = new FramePool(options.MemoryBudgetBytes);
        ConcurrentDictionary<string, bool> keeping = [];
        var known = new KnownPositions();
        _streams = new MirrorStream[options.Streams];
        for (var i = 0; i < _streams.Length; i++)
        {
            _streams[i] = new MirrorStream(options, i, frames, keeping, known, cause => _refused.TrySetResult(cause), time, loggers);
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

            var first = await Task.WhenAny([.. streams, goalReached, _refused.Task]);
            completed = first == goalReached && goalReached.IsCompletedSuccessfully;
            await end.CancelAsync();
            await Task.WhenAll(streams);
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
            await kill.CancelAsync();
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

        return summary.Snapshot(_rate);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var stream in _streams)
        {
            await stream.DisposeAsync();
        }
    }
}

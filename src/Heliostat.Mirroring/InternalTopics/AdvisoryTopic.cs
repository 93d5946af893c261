using Heliostat.Client;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Troubles;
using Heliostat.Transport;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.InternalTopics;

/// <summary>
/// An internal topic that only follows the records: no lane waits for it, and whoever writes to it waits until it stands and is read. What
/// fails meanwhile is told once, and tried again after waits that grow. One that the cluster refuses is done without.
/// </summary>
/// <param name="topic">The topic.</param>
/// <param name="cluster">The alias of its cluster.</param>
/// <param name="ensure">Sees to it that it stands.</param>
/// <param name="backOff">The waits between attempts.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">For people.</param>
internal sealed partial class AdvisoryTopic(
    InternalTopic topic, string cluster, Func<CancellationToken, Task> ensure, BackOff backOff, TimeProvider time, ILogger logger)
{
    /// <summary>What is in it when a lane opens, helps the lane: a start waits for it so long, and longer for none.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly TaskCompletionSource _ensured = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _read = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<bool> _stands = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string? _cause;
    private long _since;

    public string Name => topic.Name;

    /// <summary>Takes in what it holds, once it stands and <see cref="Begin"/> was called; null where nobody needs to know.</summary>
    public Func<CancellationToken, Task>? Read { private get; init; }

    /// <summary>It stands and is read.</summary>
    public bool IsStanding => _stands.Task.IsCompleted && !IsRefused;

    /// <summary>The cluster does not let the flow have it.</summary>
    public bool IsRefused { get; private set; }

    /// <summary>Why the flow does without it now; null where it does not, or waits but for a moment.</summary>
    public Trouble? Trouble => Why() is { } why ? Trouble.Said(TroubleKind.WithoutTopic, why) : null;

    /// <summary>Makes it stand, reads it, and stays, until cancelled.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        await UntilDoneAsync(ensure, _ensured, ct);
        if (Read is not null && !IsRefused)
        {
            await _begun.Task.WaitHereAsync(ct);
            await UntilDoneAsync(Read, _read, ct);
        }

        _read.TrySetResult();
        _stands.TrySetResult(!IsRefused);
        await Task.Delay(Timeout.InfiniteTimeSpan, time, ct);
    }

    /// <summary>What stands in it is the last word of whoever wrote to it before: it may be read.</summary>
    public void Begin() => _begun.TrySetResult();

    /// <summary>Ends when it stands and is read: then it may be written to. False where the cluster refuses it.</summary>
    public Task<bool> StandsAsync(CancellationToken ct) => _stands.Task.WaitHereAsync(ct);

    /// <summary>Ends when it stands, and after a moment in any case.</summary>
    public Task EnsuredSoonAsync(CancellationToken ct) => SoonAsync(_ensured.Task, ct);

    /// <summary>Ends when it is read, and after a moment in any case; at once where it does not even stand.</summary>
    public Task ReadSoonAsync(CancellationToken ct) =>
        _ensured.Task.IsCompleted && _cause is null ? SoonAsync(_read.Task, ct) : Task.CompletedTask;

    private string? Why()
    {
        if (IsRefused || _cause is not null)
        {
            return IsRefused ? _cause : $"{_cause}; the flow runs without it until it can be had";
        }

        var since = Volatile.Read(ref _since);
        return since == 0 || time.GetElapsedTime(since) is var waits && waits < Patience ? null
            : $"{cluster}: for {waits.TotalSeconds:0} s topic '{Name}' can be neither looked up nor read; a partition without a leader, or "
                + "a broker that does not answer; the flow runs without it meanwhile";
    }

    /// <summary>The first attempt may be over without success: that is enough to go on.</summary>
    private async Task UntilDoneAsync(Func<CancellationToken, Task> step, TaskCompletionSource first, CancellationToken ct)
    {
        for (var failures = 0; !await TryAsync(step, ct);)
        {
            first.TrySetResult();
            await Task.Delay(backOff.Next(++failures), time, ct);
        }

        first.TrySetResult();
    }

    private async Task<bool> TryAsync(Func<CancellationToken, Task> step, CancellationToken ct)
    {
        Volatile.Write(ref _since, Math.Max(time.GetTimestamp(), 1));
        try
        {
            await step(ct);
            if (_cause is not null)
            {
                LogStands(logger, cluster, Name);
            }

            _cause = null;
            return true;
        }
        catch (KafkaErrorException refusal) when (refusal.Code is ErrorCode.TopicAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed
            or ErrorCode.UnsupportedVersion)
        {
            IsRefused = true;
            _cause = $"{refusal.Message}; the flow runs without it";
            LogRefused(logger, refusal.Message);
            return true;
        }
        catch (Exception failure) when (ClientFailure.IsExpected(failure))
        {
            if (_cause is null)
            {
                LogAwaited(logger, failure.Message);
            }

            _cause = failure.Message;
            return false;
        }
        finally
        {
            Volatile.Write(ref _since, 0);
        }
    }

    private async Task SoonAsync(Task done, CancellationToken ct)
    {
        try
        {
            await done.WaitHereAsync(Patience, time, ct);
        }
        catch (TimeoutException)
        {
            // It goes on beside the lanes, and is told.
        }
    }

    [LoggerMessage(EventIds.InternalTopicRefused, LogLevel.Warning, "{Cause}; the flow runs without it")]
    private static partial void LogRefused(ILogger logger, string cause);

    [LoggerMessage(EventIds.InternalTopicAwaited, LogLevel.Warning, "{Cause}; the flow runs without it until it can be had")]
    private static partial void LogAwaited(ILogger logger, string cause);

    [LoggerMessage(EventIds.InternalTopicStands, LogLevel.Information, "{Cluster}: topic {Topic} can be had now")]
    private static partial void LogStands(ILogger logger, string cluster, string topic);
}

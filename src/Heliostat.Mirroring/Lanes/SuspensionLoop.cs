using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Duties;
using Heliostat.Mirroring.InternalTopics;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Lanes;

/// <summary>Keeps what an operator wants to stand still in the state topic of the flow, for its other workers and for later.</summary>
/// <param name="suspensions">What is kept.</param>
/// <param name="topic">Where.</param>
/// <param name="follow">Sees to it that the topic is followed, should that have ended.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">For people.</param>
internal sealed partial class SuspensionLoop(Suspensions suspensions, PartitionAppender topic, Func<Task> follow, TimeProvider time,
    ILogger logger)
{
    private const int MostTold = 10;

    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(5);

    public async Task RunAsync(CancellationToken ct)
    {
        var told = false;
        while (true)
        {
            try
            {
                suspensions.Expire(time.GetUtcNow());
                await SaveAsync(ct);
                await follow();
                told = false;
            }
            catch (Exception failure) when (ClientFailure.IsExpected(failure))
            {
                if (!told)
                {
                    LogFailed(logger, failure.Message);
                }

                told = true;
            }

            await WaitAsync(told, ct);
        }
    }

    /// <summary>Says what was paused before this process began, and stands still yet: the state topic has been read.</summary>
    public void Tell()
    {
        if (suspensions.StandingStill is { Count: > 0 } still)
        {
            var some = still.OrderBy(one => one.Key.Topic, StringComparer.Ordinal).ThenBy(one => one.Key.Partition).Take(MostTold).Select(
                one => one.Until is { } until ? $"{one.Key.Told} (until {until.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ})" : one.Key.Told);
            LogStill(logger, string.Join(", ", some) + (still.Count > MostTold ? $" and {still.Count - MostTold} more" : ""));
        }
    }

    /// <summary>Writes what is not in the topic yet.</summary>
    public async Task SaveAsync(CancellationToken ct)
    {
        if (suspensions.Unsaved is { Count: > 0 } unsaved)
        {
            await topic.AppendAsync([.. unsaved.Select(said => new KeyedRecord(said.Key.Write(),
                said.IsStill ? SuspensionKey.ValueUntil(said.Until) : null))], ct);
            suspensions.Saved(unsaved);
        }
    }

    private Task WaitAsync(bool failed, CancellationToken ct) => failed ? Task.Delay(AtMost, time, ct)
        : LoopEnds.FirstEndsAllAsync(
            [token => Task.Delay(AtMost, time, token), token => suspensions.Wakes.ReadAsync(token).HereAsync()], ct);

    [LoggerMessage(EventIds.PausesNotKept, LogLevel.Warning,
        "what was paused or resumed cannot be kept now, and other workers do not hear of it: {Cause}; trying on")]
    private static partial void LogFailed(ILogger logger, string cause);

    [LoggerMessage(EventIds.PausedBefore, LogLevel.Information,
        "stands still until it is resumed, as an operator paused it before: {What}")]
    private static partial void LogStill(ILogger logger, string what);
}

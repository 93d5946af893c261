using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.InternalTopics;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Losses;

/// <summary>
/// Keeps a flow's losses in its state topic, and while lanes are halted reads there whether somebody decided how they go on.
/// </summary>
/// <param name="ledger">What is kept.</param>
/// <param name="topic">Where.</param>
/// <param name="reread">Reads the state topic into the ledger once more.</param>
/// <param name="goOn">Told of halted lanes that somebody decided about.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">For people.</param>
internal sealed partial class LossLoop(
    LossLedger ledger, PartitionAppender topic, Func<CancellationToken, Task> reread, Action<IEnumerable<TopicPartition>> goOn,
    TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan SaveInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan ReadInterval = TimeSpan.FromSeconds(5);

    private readonly HashSet<TopicPartition> _told = [];
    private string? _trouble;

    /// <summary>Tells what is to be kept besides; with true at the end of all.</summary>
    public Action<bool> Before { get; init; } = static _ => { };

    public async Task RunAsync(CancellationToken ct)
    {
        try
        {
            await KeepAsync(ct);
        }
        finally
        {
            // Where a life ends broken nothing is kept any more: what is not told by then is told to people at least.
            Before(true);
        }
    }

    /// <summary>Writes all that there is to be told.</summary>
    public Task SaveLastAsync(CancellationToken ct)
    {
        Before(true);
        return SaveAsync(ct);
    }

    /// <summary>Writes what is not in the topic yet.</summary>
    public async Task SaveAsync(CancellationToken ct)
    {
        if (ledger.Unsaved is { Count: > 0 } unsaved)
        {
            await topic.AppendAsync(unsaved, ct);
            ledger.Saved(unsaved);
        }
    }

    private async Task KeepAsync(CancellationToken ct)
    {
        var read = time.GetTimestamp();
        using var timer = new PeriodicTimer(SaveInterval, time);
        while (await timer.WaitForNextTickAsync(ct))
        {
            try
            {
                Before(false);
                await SaveAsync(ct);
                if (time.GetElapsedTime(read) >= ReadInterval && ledger.Lanes.Any(lane => lane.Value.ResumeAt is null))
                {
                    await reread(ct);
                    read = time.GetTimestamp();
                }

                GoOn();
                _trouble = null;
            }
            catch (Exception failure) when (ClientFailure.IsExpected(failure))
            {
                if (_trouble is null)
                {
                    LogFailed(logger, failure.Message);
                }

                _trouble = failure.Message;
                read = time.GetTimestamp();
            }
        }
    }

    private void GoOn()
    {
        var decided = ledger.Lanes.Where(lane => lane.Value.ResumeAt is not null).Select(lane => lane.Key).ToList();
        if (decided.Exists(_told.Add))
        {
            goOn(decided);
        }

        _told.IntersectWith(decided);
    }

    [LoggerMessage(EventIds.LossesNotKept, LogLevel.Warning, "losses and halted lanes cannot be kept or looked up now: {Cause}; trying on")]
    private static partial void LogFailed(ILogger logger, string cause);
}

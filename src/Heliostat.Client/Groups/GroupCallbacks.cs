using Microsoft.Extensions.Logging;

namespace Heliostat.Client.Groups;

/// <summary>
/// Calls the listener, one call at a time, each with a token that says how long it has. A call that the token cut short has ended; any
/// other failure is the caller's.
/// </summary>
internal sealed partial class GroupCallbacks(IGroupListener listener, GroupOptions options, TimeProvider time, ILogger logger)
{
    /// <summary>Cancelled when the member stops or its membership is lost.</summary>
    public async Task AssignAsync(IReadOnlyList<TopicPartition> added, int generation, CancellationToken lost, CancellationToken stop)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(lost, stop);
        try
        {
            await listener.AssignedAsync(added, generation, either.Token);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            // The partitions are taken back at once.
        }
    }

    /// <summary>Has the rebalance timeout, or once the member stops the stop timeout.</summary>
    public async Task RevokeAsync(IReadOnlyList<TopicPartition> removed, CancellationToken lost, CancellationToken stop)
    {
        if (removed.Count == 0)
        {
            return;
        }

        using var over = new CancellationTokenSource(options.RebalanceTimeout, time);
        using var sooner = stop.Register(() => over.CancelAfter(options.StopTimeout));
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, lost);
        try
        {
            await listener.RevokedAsync(removed, either.Token);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            LogNotGivenUpInTime(logger, options.GroupId, removed.Count);
        }
    }

    public async Task LoseAsync(IReadOnlyList<TopicPartition> lost)
    {
        if (lost.Count > 0)
        {
            await listener.LostAsync(lost, CancellationToken.None);
        }
    }

    [LoggerMessage(EventIds.GroupNotGivenUpInTime, LogLevel.Warning,
        "group {Group}: partitions that were not given up in time: {Partitions}; what was not committed will be read again by their next "
            + "owner")]
    private static partial void LogNotGivenUpInTime(ILogger logger, string group, int partitions);
}

using Microsoft.Extensions.Logging;

namespace Heliostat.Client.Fetching;

/// <summary>
/// Keeps cursors supplied: one connection, one incremental fetch session (KIP-227) and one fetch in flight per source broker; cursors move with
/// leadership. Needs <see cref="KafkaClient.RunAsync"/> running beside it.
/// </summary>
public sealed class Fetcher
{
    public Fetcher(KafkaClient client, FetchOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(loggers);
    }

    /// <summary>Runs until cancelled.</summary>
    public Task RunAsync(CancellationToken ct) => throw new NotSupportedException();

    /// <summary>
    /// Follows a partition from <paramref name="offset"/>; <paramref name="leaderEpoch"/> is that of the record before it, or -1. Its topic is tracked in the
    /// client's metadata.
    /// </summary>
    public FetchCursor Add(TopicPartition tp, long offset, int leaderEpoch, IFetchSink sink) => throw new NotSupportedException();

    /// <summary>Stops following; after it returns the sink is called no more.</summary>
    public void Remove(FetchCursor cursor) => throw new NotSupportedException();
}

using Microsoft.Extensions.Logging;

namespace Heliostat.Client.Producing;

/// <summary>
/// Sends record batches to the leaders of their partitions: idempotent, up to five requests in flight, order kept per partition through retries,
/// leader moves and lost connections.
/// </summary>
public sealed class Producer
{
    public Producer(KafkaClient client, ProducerOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(loggers);
    }

    /// <summary>
    /// Sends what is enqueued until cancelled, then gives back every frame. Faults with a <see cref="KafkaErrorException"/> when the cluster cannot serve an
    /// idempotent producer (older than 0.11, or not authorized).
    /// </summary>
    public Task RunAsync(CancellationToken ct) => throw new NotSupportedException();

    /// <summary>Begins to produce to a partition, which need not exist yet; at most one is open at a time for a partition.</summary>
    public ProducerPartition Open(TopicPartition partition, IProduceSink sink) => throw new NotSupportedException();

    /// <summary>Drops what the partition has not sent and ends its calls to the sink; a call that is being made may still end after this returns.</summary>
    public void Close(ProducerPartition partition) => throw new NotSupportedException();

    /// <summary>
    /// Accepts nothing more (what is enqueued from now on is dropped) and waits until all that was enqueued is acknowledged or refused.
    /// False when <paramref name="deadline"/> was over first.
    /// </summary>
    public ValueTask<bool> DrainAsync(TimeSpan deadline, CancellationToken ct) => throw new NotSupportedException();

    public ProducerSnapshot Snapshot() => throw new NotSupportedException();
}

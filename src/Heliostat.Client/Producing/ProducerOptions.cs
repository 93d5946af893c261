namespace Heliostat.Client.Producing;

/// <summary>How a <see cref="Producer"/> sends. Always idempotent, so always <c>acks=all</c>.</summary>
public sealed record ProducerOptions
{
    /// <summary>The most that a broker remembers for de-duplication (ProducerStateEntry.NUM_BATCHES_TO_RETAIN).</summary>
    public const int MostInFlight = 5;

    /// <summary>
    /// <c>transactional.id</c>: all batches go in transactions of this id (<c>ProducerTransaction</c>); null for a producer without.
    /// </summary>
    public string? TransactionalId { get; init; }

    /// <summary>
    /// <c>transaction.timeout.ms</c>: a transaction open for longer is aborted by its coordinator; no more than the broker's
    /// transaction.max.timeout.ms.
    /// </summary>
    public TimeSpan TransactionTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// <c>max.request.size</c> as a limit for gathering: one request takes batches up to this many bytes, but always one.
    /// </summary>
    public int MaxRequestBytes { get; init; } = 1024 * 1024;

    /// <summary><c>max.in.flight.requests.per.connection</c>, 1 to 5; brokers before 1.0 are sent one at a time (KAFKA-5494).</summary>
    public int MaxInFlight { get; init; } = MostInFlight;

    /// <summary><c>request.timeout.ms</c>: how long the leader may wait for its followers; an answer is awaited a little longer.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// <c>delivery.timeout.ms</c>: after this long in the queue a batch is refused with REQUEST_TIMED_OUT; infinite, as in MirrorMaker, by
    /// default.
    /// </summary>
    public TimeSpan DeliveryTimeout { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>
    /// <c>retries</c>: so often a partition sends again in a row without an acknowledgement, before its oldest batch is refused.
    /// </summary>
    public int Retries { get; init; } = int.MaxValue;

    /// <summary><c>retry.backoff.ms</c>: the wait after a first failure; it doubles up to <see cref="RetryBackOffMax"/>.</summary>
    public TimeSpan RetryBackOff { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary><c>retry.backoff.max.ms</c>.</summary>
    public TimeSpan RetryBackOffMax { get; init; } = TimeSpan.FromSeconds(1);
}

namespace Heliostat.Configuration.Options;

/// <summary>How to write to the target cluster: Kafka's producer settings that Heliostat honours, with its defaults. Acknowledgement is always by all in-sync replicas.</summary>
public sealed record TargetClientOptions : ClientOptions
{
    /// <summary><c>delivery.timeout.ms</c>: how long one batch may take, retries included, before it counts as failed; the largest value means no limit.</summary>
    public TimeSpan DeliveryTimeout { get; init; } = TimeSpan.FromMilliseconds(int.MaxValue);

    /// <summary><c>transaction.timeout.ms</c>: how long a transaction may stand before the target aborts it; only where the mirror writes any.</summary>
    public TimeSpan TransactionTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary><c>retries</c>: how often a batch whose sending failed is sent again before it counts as failed.</summary>
    public int Retries { get; init; } = int.MaxValue;

    /// <summary>
    /// <c>max.block.ms</c>: how long the target may take to answer at the start, and to make a topic ready; null for ten seconds at the start and no
    /// bound later.
    /// </summary>
    public TimeSpan? MaxBlock { get; init; }

    /// <summary><c>linger.ms</c>: how long small batches may wait for more to be merged with.</summary>
    public TimeSpan Linger { get; init; }

    /// <summary><c>buffer.memory</c>: the bytes held between the clusters, or null when that was not asked for.</summary>
    public long? BufferMemoryBytes { get; init; }

    /// <summary><c>batch.size</c>: batches that are written anew from records grow up to this many bytes.</summary>
    public int BatchSizeBytes { get; init; } = 256 * 1024;

    /// <summary><c>max.request.size</c>: the most bytes in one produce request.</summary>
    public int MaxRequestSizeBytes { get; init; } = 1024 * 1024;

    /// <summary><c>max.in.flight.requests.per.connection</c>: 1 to 5; order is kept with any of them.</summary>
    public int MaxInFlightRequestsPerConnection { get; init; } = 5;

    /// <summary><c>compression.type</c>: re-encode every batch with this codec (the record path), or null to keep each batch as it is.</summary>
    public CompressionType? CompressionType { get; init; }
}

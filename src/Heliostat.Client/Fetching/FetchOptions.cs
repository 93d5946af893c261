namespace Heliostat.Client.Fetching;

/// <summary>How much to fetch and how long a broker may wait for it.</summary>
public sealed record FetchOptions
{
    /// <summary><c>fetch.min.bytes</c>.</summary>
    public int MinBytes { get; init; } = 1;

    /// <summary><c>fetch.max.bytes</c> of one answer; a larger first batch still comes whole (KIP-74).</summary>
    public int MaxBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary><c>max.partition.fetch.bytes</c>; a larger first batch still comes whole (KIP-74).</summary>
    public int MaxPartitionBytes { get; init; } = 1024 * 1024;

    /// <summary><c>fetch.max.wait.ms</c>: how long a broker may hold a fetch that found less than <see cref="MinBytes"/>.</summary>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// <c>linger.ms</c> of who writes on: after an answer that brought little, the next fetch waits this long, so that more comes together.
    /// </summary>
    public TimeSpan Linger { get; init; }

    /// <summary>An answer with this much for one partition brought enough.</summary>
    public int LingerBytes { get; init; } = 16 * 1024;

    public IsolationLevel IsolationLevel { get; init; } = IsolationLevel.ReadCommitted;

    /// <summary><c>client.rack</c>: brokers may name a nearer replica to fetch from (KIP-392); null fetches from leaders.</summary>
    public string? Rack { get; init; }
}

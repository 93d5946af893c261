using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Wire;
using Heliostat.Transport;

namespace Heliostat.Client.Fetching;

/// <summary>What one fetch brought for one cursor.</summary>
public readonly ref struct FetchedPartition
{
    /// <summary>Owned by the loop: <see cref="Frame.Retain"/> what is kept.</summary>
    public required Frame Frame { get; init; }

    /// <summary>
    /// Whole batches or message sets, perhaps with a truncated tail; may start below <see cref="FetchOffset"/>; may be empty.
    /// </summary>
    public required Memory<byte> Records { get; init; }

    /// <summary>The position that was asked for.</summary>
    public required long FetchOffset { get; init; }

    public required long HighWatermark { get; init; }

    /// <summary>-1 when the broker is too old to say (before 0.11).</summary>
    public required long LastStableOffset { get; init; }

    /// <summary>-1 when the broker is too old to say (before 1.0).</summary>
    public required long LogStartOffset { get; init; }

    /// <summary>With read_committed: the aborted transactions that reach into what was fetched (KIP-98). Valid during the call.</summary>
    public Rows<AbortedTransaction>? AbortedTransactions { get; init; }
}

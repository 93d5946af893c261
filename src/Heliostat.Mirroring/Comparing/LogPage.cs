using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Wire;

namespace Heliostat.Mirroring.Comparing;

/// <summary>What one fetch of one partition answered.</summary>
/// <param name="Offset">What was asked for; later where the log begins later.</param>
/// <param name="Records">Batches, the first perhaps from before the offset, the last perhaps cut off.</param>
/// <param name="Aborted">Aborted transactions with batches in it, for who reads committed records; null for none.</param>
/// <param name="LogStart">Where the log begins.</param>
/// <param name="End">Where what can be read ended then.</param>
internal sealed record LogPage(long Offset, ReadOnlyMemory<byte> Records, Rows<AbortedTransaction>? Aborted, long LogStart, long End)
{
    /// <summary>
    /// Transactional batches in it have no end yet: consumers of committed records do not get them, and neither does who reads this.
    /// </summary>
    public bool IsUndecided { get; init; }
}

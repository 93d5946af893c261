using Heliostat.Protocol.Messages;

namespace Heliostat.Client.Producing;

/// <summary>What a <see cref="Producer"/> has done so far.</summary>
/// <param name="Requests">Produce requests sent.</param>
/// <param name="Batches">Batches acknowledged.</param>
/// <param name="Records">Records acknowledged.</param>
/// <param name="Bytes">Bytes of batches acknowledged.</param>
/// <param name="Retries">Batches sent again.</param>
/// <param name="EpochBumps">Partitions that had to begin a new epoch (KIP-360).</param>
/// <param name="Refusals">Batches that the target refused.</param>
/// <param name="Doubled">Times that batches were, or may have been, stored twice because a leader forgot this producer.</param>
/// <param name="Foreign">Times that another producer was found to write to the same partitions.</param>
/// <param name="LastError">The newest error; NONE before the first.</param>
/// <param name="LastErrorMessage">Whose it was and what happened.</param>
public readonly record struct ProducerSnapshot(
    long Requests,
    long Batches,
    long Records,
    long Bytes,
    long Retries,
    long EpochBumps,
    long Refusals,
    long Doubled,
    long Foreign,
    ErrorCode LastError,
    string? LastErrorMessage);

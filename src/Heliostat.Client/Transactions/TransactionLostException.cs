using Heliostat.Protocol;

namespace Heliostat.Client.Transactions;

/// <summary>The end of a transactional producer: it sends nothing more, and every call to its transaction fails with this.</summary>
public sealed class TransactionLostException(TransactionLoss loss, bool mayBeCommitted, ErrorCode code,
    string message) : KafkaException(message)
{
    public TransactionLoss Loss { get; } = loss;

    /// <summary>
    /// A commit was asked for and its answer was lost. The next producer's <see cref="ProducerTransaction.TakeOverAsync"/> ends the
    /// transaction one way or the other; what is read as committed after that tells which.
    /// </summary>
    public bool MayBeCommitted { get; } = mayBeCommitted;

    /// <summary>The error behind it; NONE where it was found out here.</summary>
    public ErrorCode Code { get; } = code;
}

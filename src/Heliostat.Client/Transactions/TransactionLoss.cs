namespace Heliostat.Client.Transactions;

/// <summary>Why a transactional producer is of no use any more.</summary>
public enum TransactionLoss
{
    /// <summary>Another producer took the transactional id over: whoever holds this one is not the owner any more.</summary>
    Fenced,

    /// <summary>
    /// The transaction cannot be committed, or nobody knows whether it was: begin anew, with another producer, from what is committed.
    /// </summary>
    BeginAnew,
}

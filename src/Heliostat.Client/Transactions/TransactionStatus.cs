namespace Heliostat.Client.Transactions;

/// <summary>Where a <see cref="ProducerTransaction"/> stands; its states and edges are drawn there.</summary>
public enum TransactionStatus
{
    /// <summary>The transactional id is not ours yet.</summary>
    Starting,

    /// <summary>Batches go.</summary>
    Open,

    /// <summary>No new batches go; what was sent is being answered.</summary>
    Holding,

    /// <summary>Nothing is in flight: the owner may write, commit or release.</summary>
    Held,

    Committing,

    Aborting,

    /// <summary>Lost, aborted or stopped: nothing goes any more.</summary>
    Over,
}

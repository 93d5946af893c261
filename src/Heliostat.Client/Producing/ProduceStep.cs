namespace Heliostat.Client.Producing;

/// <summary>What an answer made of a partition's queue, for its owner to act on and log.</summary>
internal enum ProduceStep
{
    /// <summary>It goes on.</summary>
    Continue,

    /// <summary>It waits and sends again from the first batch that is not acknowledged.</summary>
    Retry,

    /// <summary>The target holds nothing of what is not acknowledged: a new epoch begins, and nothing is sent twice.</summary>
    NewEpoch,

    /// <summary>A new epoch begins although the target may hold something of what is not acknowledged.</summary>
    NewEpochUnsure,

    /// <summary>A new producer id is needed before it goes on.</summary>
    NewProducerId,

    /// <summary>A batch was refused; the queue is empty and takes nothing.</summary>
    Halt,

    /// <summary>In transactions: it cannot go on without a new epoch, and nobody may commit what was sent.</summary>
    TransactionLost,

    /// <summary>Somebody took over the transactional id that its epochs come from: nothing is sent any more.</summary>
    TermLost,
}

namespace Heliostat.Client.Producing;

/// <summary>What a producer and its partitions ask and tell of the transaction that all their batches go in.</summary>
internal interface ITransactionGate
{
    /// <summary>Nothing goes any more.</summary>
    bool IsOver { get; }

    /// <summary>Asks for the producer id; tries until it is answered.</summary>
    /// <exception cref="KafkaErrorException">It is refused.</exception>
    Task<ProducerIdentity> InitAsync(CancellationToken ct);

    /// <summary>The id is ours.</summary>
    void Identified(ProducerIdentity identity);

    /// <summary>
    /// A partition may send a batch for the first time; one that must be added first asks for it. Called with the partition's lock held.
    /// </summary>
    bool Admits(ProducerPartition partition, ref TransactionMembership membership);

    /// <summary>A partition may have become settled.</summary>
    void Settled();

    /// <summary>What was sent cannot be committed any more. The first cause stays.</summary>
    void Lose(ErrorCode code, string message);

    /// <summary>Started and awaited by the producer; faults when the transaction is lost.</summary>
    Task RunAsync(CancellationToken ct);

    /// <summary>The producer has ended.</summary>
    void Stop(Exception? failure);
}

namespace Heliostat.Broker.Logs;

/// <summary>
/// A producer's first batch of a transaction, while the coordinator is asked whether the partition takes part (VerificationGuard,
/// VerificationStateEntry, KIP-890). It is forgotten when a transaction of the producer begins or ends here, so that an answer from before
/// does not let a batch in after.
/// </summary>
internal sealed class TransactionVerification(int sequence, short epoch, bool addsPartitions, long timestampMs)
{
    /// <summary>The lowest sequence that was asked for: a higher one must not be appended before it.</summary>
    public int LowestSequence { get; private set; } = sequence;

    public short ProducerEpoch { get; private set; } = epoch;

    /// <summary>Whether the producer adds partitions by producing: it begins every transaction with sequence 0.</summary>
    public bool AddsPartitions { get; } = addsPartitions;

    public long TimestampMs { get; } = timestampMs;

    public void Ask(int sequence, short epoch)
    {
        if (epoch > ProducerEpoch) (ProducerEpoch, LowestSequence) = (epoch, sequence);
        else if (epoch == ProducerEpoch) LowestSequence = Math.Min(LowestSequence, sequence);
    }
}

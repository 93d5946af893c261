namespace Heliostat.Client.Transactions;

/// <summary>A batch that its owner adds to a held transaction.</summary>
/// <param name="Target">Where it goes; not a partition that is open for other batches.</param>
/// <param name="Batch">Exactly one batch of magic 2, one record for each of its offsets; it is copied.</param>
public readonly record struct TransactionWrite(TopicPartition Target, ReadOnlyMemory<byte> Batch);

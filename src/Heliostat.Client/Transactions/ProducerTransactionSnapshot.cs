namespace Heliostat.Client.Transactions;

/// <summary>How a <see cref="ProducerTransaction"/> stood when asked.</summary>
/// <param name="Status">Where it stands.</param>
/// <param name="Partitions">Partitions in the transaction so far.</param>
/// <param name="OpenFor">Since when the first of them is in it; zero when there is none.</param>
/// <param name="Commits">Transactions committed by this producer; empty ones are not counted.</param>
public readonly record struct ProducerTransactionSnapshot(TransactionStatus Status, int Partitions, TimeSpan OpenFor, long Commits);

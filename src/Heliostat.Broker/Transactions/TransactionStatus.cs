namespace Heliostat.Broker.Transactions;

/// <summary>
/// Where a transactional id stands (TransactionState). Markers are written at once and in one step, so the states that only prepare an end
/// are never seen: Empty -> Ongoing when a partition or group is added; -> CompleteCommit or CompleteAbort at its end; -> Ongoing again; ->
/// Empty when a producer takes the id over.
/// </summary>
internal enum TransactionStatus
{
    Empty,
    Ongoing,
    CompleteCommit,
    CompleteAbort,
}

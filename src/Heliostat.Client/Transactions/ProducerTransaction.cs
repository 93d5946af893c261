namespace Heliostat.Client.Transactions;

/// <summary>
/// The transaction that all batches of one producer go in, one after the other. The owner takes the id over once, then again and again holds it, writes
/// what must be committed with the batches (positions), commits, and releases; the next transaction begins by itself.
/// <para>
/// One owner: its calls come one at a time. All of them fail with <see cref="TransactionLostException"/> once the transaction is lost, and
/// <c>Producer.RunAsync</c> ends with the same.
/// </para>
/// </summary>
public sealed class ProducerTransaction
{
    internal ProducerTransaction()
    {
    }

    /// <summary>
    /// Waits until the transactional id is this producer's: what an earlier owner left open is aborted, what it prepared is committed, and it is fenced. What
    /// is read as committed from then on (positions) is what to begin from. The producer must be running.
    /// </summary>
    public ValueTask TakeOverAsync(CancellationToken ct) => throw new NotSupportedException();

    /// <summary>
    /// Closes the gate: no further batches go, though they can be enqueued. Returns once all that was sent is acknowledged or refused. Waits for no longer
    /// than the transaction timeout: then the transaction is lost. When cancelled it stays as it is until <see cref="Release"/>.
    /// </summary>
    public ValueTask HoldAsync(CancellationToken ct) => throw new NotSupportedException();

    /// <summary>
    /// Adds batches to the held transaction and returns once the target has all of them. Throws <see cref="KafkaErrorException"/> when it refuses one: then
    /// do not commit.
    /// </summary>
    public ValueTask WriteAsync(IReadOnlyList<TransactionWrite> writes, CancellationToken ct) => throw new NotSupportedException();

    /// <summary>Commits the held transaction; asks nothing of nobody when nothing is in it. It stays held until <see cref="Release"/>.</summary>
    public ValueTask CommitAsync(CancellationToken ct) => throw new NotSupportedException();

    /// <summary>Opens the gate: the transaction goes on, or after a commit the next one begins.</summary>
    public void Release() => throw new NotSupportedException();

    /// <summary>
    /// Gives the transaction up; the producer sends nothing more. True when the coordinator has aborted it (or nothing was in it); otherwise the next owner
    /// of the id or the transaction timeout does.
    /// </summary>
    public ValueTask<bool> AbortAsync(CancellationToken ct) => throw new NotSupportedException();

    public ProducerTransactionSnapshot Snapshot() => throw new NotSupportedException();
}

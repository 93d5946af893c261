using Heliostat.Client.Producing;
using Heliostat.Client.Transactions;
using Heliostat.Transport.Waiting;

namespace Heliostat.Mirroring.Positions;

/// <summary>
/// What the lanes of a slot write in under exactly-once, for as long as the slot is this worker's; a slot that comes back has another one.
/// <list type="bullet">
/// <item>A. To begin is to take the slot's transactional id over (InitProducerId): whoever had it before is fenced, and what that one left
/// open is aborted. Only then is what is committed of its positions the last word.</item>
/// <item>B. Who commits and who ends it do so one after the other: what ended is not used any more.</item>
/// <item>C. It is ended without a word to the coordinator: nothing is in it after a commit, and else the next owner aborts it.</item>
/// <item>D. A producer that ends by itself ends <see cref="RunAsync"/> with its failure.</item>
/// </list>
/// </summary>
/// <param name="make">A transaction with the slot's id, whose producer does not run yet.</param>
internal sealed class SlotTransaction(Func<ProducerTransaction> make)
{
    private readonly AsyncLock _one = new();
    private readonly TaskCompletionSource _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Term? _term;
    private volatile Producer? _producer;

    /// <summary>The slot is this worker's.</summary>
    public bool IsHeld => _term is not null;

    /// <summary>It is this worker's, and nothing more can be written.</summary>
    public bool IsOver => _term?.Transaction.Snapshot().Status == TransactionStatus.Over;

    /// <summary>What lanes write with now; what they wrote with last where the slot is not this worker's.</summary>
    public Producer Producer => _producer ?? throw new InvalidOperationException("the slot was never this worker's");

    /// <summary>Takes the id over, unless that was done.</summary>
    /// <exception cref="TransactionLostException">Somebody else did meanwhile.</exception>
    public async Task BeginAsync(CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            _term ??= await TakeAsync(ct);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>The slot is this worker's no more.</summary>
    public async Task EndAsync()
    {
        await _one.WaitAsync(CancellationToken.None);
        try
        {
            if (_term is { } term)
            {
                _term = null;
                await term.EndAsync();
            }
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Does something with the transaction, while it is this worker's.</summary>
    public async Task UseAsync(Func<ProducerTransaction, Task> use, CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            await (_term is { } term ? use(term.Transaction) : Task.CompletedTask);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Serves until cancelled, then ends what there is.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        try
        {
            await _lost.Task.WaitHereAsync(ct);
        }
        finally
        {
            await EndAsync();
        }
    }

    private async Task<Term> TakeAsync(CancellationToken ct)
    {
        var transaction = make();
        var stop = new CancellationTokenSource();
        var term = new Term(transaction, stop, ServeAsync(transaction.Producer, stop.Token));
        try
        {
            await transaction.TakeOverAsync(ct);
            _producer = transaction.Producer;
            return term;
        }
        catch
        {
            await term.EndAsync();
            throw;
        }
    }

    private async Task ServeAsync(Producer producer, CancellationToken stop)
    {
        try
        {
            await producer.RunAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
        catch (Exception failure)
        {
            _lost.TrySetException(failure);
        }
    }

    private sealed record Term(ProducerTransaction Transaction, CancellationTokenSource Stop, Task Serving)
    {
        public async Task EndAsync()
        {
            await Stop.CancelSoonAsync();
            await Serving;
            Stop.Dispose();
        }
    }
}

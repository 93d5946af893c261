using Heliostat.Client.Producing;
using Heliostat.Client.Routing;
using Heliostat.Transport;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Client.Transactions;

/// <summary>
/// The transaction that all batches of one producer go in, one after the other. The owner takes the id over once, then again and again
/// holds it, writes what must be committed with the batches (positions), commits, and releases; the next transaction begins by itself.
/// <code>
/// Starting --the id is ours--> Open --HoldAsync--> Holding --all is answered--> Held --CommitAsync--> Committing
///                               ^                     |                          | ^                     |
///                               |&lt;------Release-------+&lt;---------Release---------+ +----committed--------+
///
/// any --AbortAsync--> Aborting --> Over &lt;--fenced, lost, stopped-- any
/// </code>
/// <list type="bullet">
/// <item>A. A batch is sent in one transaction only, and the coordinator knows its partition to be in it before the batch leaves.</item>
/// <item>B. While held, nothing that was sent is unanswered: each batch of the transaction is on the target or certainly not.</item>
/// <item>C. A partition is added when it has a batch to send, and then sends one in this transaction even if the gate closes
/// meanwhile.</item>
/// <item>D. The coordinator is asked one thing at a time: partitions while the gate is open or the owner writes, the end while neither is
/// so.</item>
/// <item>E. A request whose answer was lost may arrive late: an EndTxn would end the next transaction half-way. Before that one begins, the
/// epoch is a new one.</item>
/// <item>F. Over is for ever, with one cause, told to every call and by <see cref="Producer.RunAsync"/>. It is lost, not retried, whenever
/// a batch may be on the target and nobody could say so.</item>
/// <item>G. Where nothing was added nothing is asked.</item>
/// </list>
/// One owner: its calls come one at a time.
/// </summary>
public sealed partial class ProducerTransaction : ITransactionGate
{
    private readonly TransactionGate _gate;
    private readonly ILogger _logger;
    private readonly TransactionRequests _requests;
    private readonly TransactionLoop _loop;
    private readonly TransactionWriter _writer;
    private readonly AsyncSignal _changed = new(inline: false);
    private TransactionEnd _end;
    private int _calls;
    private long _commits;

    /// <summary>Makes the producer of the options' transactional id; nothing is asked before it runs.</summary>
    public ProducerTransaction(KafkaClient client, ProducerOptions options, TimeProvider time, ILoggerFactory loggers)
        : this(new KafkaProduceNetwork(client ?? throw new ArgumentNullException(nameof(client))), options, time, loggers)
    {
    }

    internal ProducerTransaction(IProduceNetwork network, ProducerOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrEmpty(options.TransactionalId, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.TransactionTimeout, TimeSpan.Zero);
        Producer = new Producer(network, options, time, loggers, this);
        _gate = new TransactionGate(Name, time);
        _logger = loggers.CreateLogger<ProducerTransaction>();
        var backOff = new BackOff(options.RetryBackOff, options.RetryBackOffMax, network.Random);
        var owner = new TransactionOwner(network.Cluster, options.TransactionalId, options.TransactionTimeout, time, network.Random)
        {
            Failed = Producer.Counters.Failed,
            Unreachable = message => Producer.Outcomes.Unreachable(ErrorCode.NetworkException, message),
        };
        _requests = new TransactionRequests(owner, network.CoordinatorOf(options.TransactionalId), backOff);
        _loop = new TransactionLoop(this, _gate, Producer, _requests);
        _writer = new TransactionWriter(Producer);
    }

    /// <summary>
    /// All that it sends goes in the transaction. Its <see cref="Producer.RunAsync"/> is started and awaited by the owner.
    /// </summary>
    public Producer Producer { get; }

    private TimeSpan Patience => Producer.Options.TransactionTimeout;

    private string Name => $"{Producer.Network.Cluster}: transactional id '{Producer.Options.TransactionalId}'";

    /// <summary>
    /// Waits until the transactional id is this producer's: what an earlier owner left open is aborted, what it prepared is committed, and
    /// it is fenced. What is read as committed from then on (positions) is what to begin from. The producer must be running.
    /// </summary>
    public async ValueTask TakeOverAsync(CancellationToken ct)
    {
        using var call = Enter();
        await UntilAsync(() => !_gate.IsStarting, Timeout.InfiniteTimeSpan, ct);
    }

    /// <summary>
    /// Closes the gate: no further batches go, though they can be enqueued. Returns once all that was sent is acknowledged or refused.
    /// Waits for no longer than the transaction timeout: then the transaction is lost. When cancelled it goes on closing until
    /// <see cref="Release"/>.
    /// </summary>
    public async ValueTask HoldAsync(CancellationToken ct)
    {
        using var call = Enter();
        switch (_gate.BeginHold())
        {
            case TransactionStatus.Held:
                return;
            case TransactionStatus.Committing:
                await EndCommitAsync(ct);
                return;
        }

        if (!await UntilAsync(() => _gate.IsSettled(giveUpUnsent: false), Patience, ct))
            Lose(ErrorCode.RequestTimedOut, DescribeUnsettled());
        _gate.EndHold();
    }

    /// <summary>
    /// Adds batches to the held transaction and returns once the target has all of them. Throws <see cref="KafkaErrorException"/> when it
    /// refuses one: then do not commit. They go to partitions that are not open for other batches.
    /// </summary>
    public async ValueTask WriteAsync(IReadOnlyList<TransactionWrite> writes, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(writes);
        using var call = Enter();
        _gate.BeginWrite();
        Task written;
        try
        {
            written = _writer.Write(writes);
        }
        finally
        {
            AskTogether();
        }

        await written.WaitHereAsync(ct).SettleAsync();

        // The target has them a moment before all here know.
        if (!await UntilAsync(() => written.IsCompleted && _gate.IsSettled(giveUpUnsent: false), Patience, ct))
            Lose(ErrorCode.RequestTimedOut, DescribeUnsettled());
        _gate.ThrowIfOver();
        await written;
    }

    /// <summary>
    /// Commits the held transaction; where nothing is in it nobody is asked. It stays held until <see cref="Release"/>. Waits for no longer
    /// than the transaction timeout: then the transaction is lost and may be committed. When cancelled it may be committed too: the next
    /// call, or <see cref="HoldAsync"/>, goes on asking.
    /// </summary>
    public async ValueTask CommitAsync(CancellationToken ct)
    {
        using var call = Enter();
        if (!_gate.IsCommitting())
        {
            if (!_gate.IsSettled(giveUpUnsent: false)) throw new InvalidOperationException($"{Name}: a write to it has not ended");
            if (!_gate.TryBeginCommit()) return;
        }

        await EndCommitAsync(ct);
    }

    /// <summary>
    /// Opens the gate: the transaction goes on, or after a commit the next one begins. Does nothing where it is open or over.
    /// </summary>
    public void Release()
    {
        if (!_gate.TryRelease()) return;

        foreach (var partition in Producer.Partitions) partition.GateOpened();
        AskTogether();
    }

    /// <summary>
    /// Gives the transaction up; the producer sends nothing more. True when the coordinator has aborted it (or nothing was in it);
    /// otherwise the next owner of the id or the transaction timeout does.
    /// </summary>
    public async ValueTask<bool> AbortAsync(CancellationToken ct)
    {
        using var call = Enter();
        if (!_gate.TryBeginAbort(out var mayBeCommitted)) return false;

        var aborted = false;
        try
        {
            // With a batch under way, which would come after the marker, it is left to who fences it; and so is one that may be committed.
            aborted = !mayBeCommitted
                && await UntilAsync(() => _gate.IsSettled(giveUpUnsent: true), Patience, ct)
                && (!_gate.MayBeOpen
                    || (await _requests.EndAsync(Producer.Identities.Current, commit: false, default, Patience, ct)).IsDone);
        }
        catch (Exception failure) when (failure is TransactionLostException || ct.IsCancellationRequested)
        {
        }
        finally
        {
            End(new InvalidOperationException($"{Name}: the transaction was given up"));
        }

        return aborted;
    }

    public ProducerTransactionSnapshot Snapshot() => _gate.Snapshot(Interlocked.Read(ref _commits));

    private Call Enter() =>
        Interlocked.Exchange(ref _calls, 1) == 0
            ? new Call(this)
            : throw new InvalidOperationException($"{Name}: another call of its owner has not ended");

    private void AskTogether()
    {
        _gate.EndQuiet();
        _loop.Wake();
    }

    private async Task EndCommitAsync(CancellationToken ct)
    {
        _end = await _requests.EndAsync(Producer.Identities.Current, commit: true, _end, Patience, ct);
        if (!_end.IsDone && !_end.IsRefused) ct.ThrowIfCancellationRequested();

        // One that only may have been open was not.
        var wasNone = _end is { IsRefused: true, Code: ErrorCode.InvalidTxnState } && _gate.IsEmpty;
        if (!_end.IsDone && !wasNone) Lose(_end.Code, _end.Message ?? $"{Name}: EndTxn was not answered", _end.MayBeDone);
        _gate.BeginNext(_end.IsLost);
        if (_end.IsDone) Interlocked.Increment(ref _commits);
        _end = default;
        _loop.Wake();
    }

    /// <summary>False when <paramref name="patience"/> is over first.</summary>
    private async ValueTask<bool> UntilAsync(Func<bool> met, TimeSpan patience, CancellationToken ct)
    {
        using var late = new CancellationTokenSource(patience, Producer.Time);
        await using var onLate = late.Token.UnsafeRegister(static signal => ((AsyncSignal)signal!).Set(), _changed);
        await using var onCancel = ct.UnsafeRegister(static signal => ((AsyncSignal)signal!).Set(), _changed);
        while (true)
        {
            _gate.ThrowIfOver();
            if (met()) return true;
            ct.ThrowIfCancellationRequested();
            if (late.IsCancellationRequested) return false;

            await _changed.WaitAsync();
        }
    }

    bool ITransactionGate.IsOver => _gate.IsOver;

    Task ITransactionGate.RunAsync(CancellationToken ct) => _loop.RunAsync(ct);

    Task<ProducerIdentity> ITransactionGate.InitAsync(CancellationToken ct) =>
        _requests.InitAsync(ProducerIdentity.None, System.Threading.Timeout.InfiniteTimeSpan, ct);

    void ITransactionGate.Identified(ProducerIdentity identity)
    {
        if (!_gate.TryOpen()) return;

        Log.TakenOver(_logger, Producer.Network.Cluster, Producer.Options.TransactionalId!, identity.ProducerId, identity.Epoch);
        _changed.Set();
        foreach (var partition in Producer.Partitions) partition.GateOpened();
    }

    bool ITransactionGate.Admits(ProducerPartition partition, ref TransactionMembership membership)
    {
        var admits = _gate.Admits(partition, ref membership, out var asks);
        if (asks) _loop.Wake();
        return admits;
    }

    void ITransactionGate.Settled()
    {
        if (_gate.IsClosed) _changed.Set();
    }

    void ITransactionGate.Stop(Exception? failure) => End(failure ?? new OperationCanceledException($"{Name}: its producer was stopped"));

    void ITransactionGate.Lose(ErrorCode code, string message) => Lose(code, message);

    /// <summary>A new epoch, in which the next transaction goes.</summary>
    internal void Renewed(ProducerIdentity identity)
    {
        Producer.Identities.Replace(identity);
        Log.Renewed(_logger, Producer.Network.Cluster, Producer.Options.TransactionalId!, identity.Epoch);
        _gate.Renewed();
    }

    /// <summary>Partitions were added, or could not be.</summary>
    internal void EndAdding()
    {
        _gate.EndAdding();
        _changed.Set();
    }

    /// <summary>What was sent cannot be committed any more. The first cause stays.</summary>
    internal void Lose(ErrorCode code, string message) => Lose(code, message, mayBeCommitted: false);

    private void Lose(ErrorCode code, string message, bool mayBeCommitted)
    {
        var openFor = _gate.OpenFor;

        // The coordinator fences the producer of a transaction that took too long, too. It began no earlier than we asked, so before that
        // time it was not that.
        var isFenced = code.IsFencing() && openFor < Patience;
        var why =
            isFenced ? $"another producer took transactional id '{Producer.Options.TransactionalId}' over; this one sends nothing more"
                : code.IsFencing() ? $"the transaction was open for {openFor.TotalSeconds:0.#} s, longer than its timeout of "
                    + $"{Patience.TotalSeconds:0.#} s, and was aborted; begin anew from what is committed"
                : mayBeCommitted
                    ? "nobody knows whether the transaction is committed; take the id over anew, and what is committed then tells"
                : "the transaction is lost; begin anew from what is committed";
        var lost = new TransactionLostException(isFenced ? TransactionLoss.Fenced : TransactionLoss.BeginAnew, mayBeCommitted, code,
            $"{message}: {why}");
        if (End(lost)) Log.Lost(_logger, lost.Message);
    }

    private string DescribeUnsettled()
    {
        var waited = $"within the transaction timeout of {Patience.TotalSeconds:0.#} s";
        if (_gate.Unsettled is not { } partition)
            return $"{Name}: partitions could not be added {waited}; last failure: {Producer.Snapshot().LastErrorMessage}";

        var seen = partition.Snapshot();
        return $"{Producer.Network.Cluster}: {partition.Target} was not acknowledged {waited}: {seen.Message ?? seen.Cause.Name()}";
    }

    private bool End(Exception failure)
    {
        if (!_gate.TryEnd(failure)) return false;

        _writer.Fail(failure);
        _changed.Set();
        _loop.Wake();
        return true;
    }

    private readonly struct Call(ProducerTransaction transaction) : IDisposable
    {
        public void Dispose() => Volatile.Write(ref transaction._calls, 0);
    }
}

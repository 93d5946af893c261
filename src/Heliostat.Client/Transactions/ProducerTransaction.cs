using System.Runtime.ExceptionServices;
using Heliostat.Client.Producing;
using Heliostat.Client.Routing;
using Heliostat.Protocol.Messages;
using Heliostat.Transport;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Client.Transactions;

/// <summary>
/// The transaction that all batches of one producer go in, one after the other. The owner takes the id over once, then again and again holds it, writes
/// what must be committed with the batches (positions), commits, and releases; the next transaction begins by itself.
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
/// <item>C. A partition is added when it has a batch to send, and then sends one in this transaction even if the gate closes meanwhile.</item>
/// <item>D. The coordinator is asked one thing at a time: partitions while the gate is open or the owner writes, the end while neither is so.</item>
/// <item>E. A request whose answer was lost may arrive late: an EndTxn would end the next transaction half-way. Before that one begins, the epoch is a new
/// one.</item>
/// <item>F. Over is for ever, with one cause, told to every call and by <see cref="Producer.RunAsync"/>. It is lost, not retried, whenever a batch may be
/// on the target and nobody could say so.</item>
/// <item>G. Where nothing was added nothing is asked.</item>
/// </list>
/// One owner: its calls come one at a time.
/// </summary>
public sealed partial class ProducerTransaction : ITransactionGate
{
    private const long Closed = -1;

    private readonly Lock _gate = new();
    private readonly ILogger _logger;
    private readonly TransactionRequests _requests;
    private readonly TransactionLoop _loop;
    private readonly TransactionWriter _writer;
    private readonly AsyncSignal _changed = new(inline: false);

    /// <summary>Partitions that ask to be added.</summary>
    private readonly List<ProducerPartition> _wanted = [];

    /// <summary>Partitions that are in the transaction.</summary>
    private readonly List<ProducerPartition> _members = [];

    private TransactionStatus _status;
    private Exception? _failure;
    private long _number = 1;

    /// <summary>Counts how often the gate was moved: a partition asks once in each period.</summary>
    private long _period = 1;

    /// <summary>The number while open, else -1: read without the lock, so that a batch costs none.</summary>
    private long _openNumber = Closed;
    private bool _adding;
    private bool _quiet;

    /// <summary>The coordinator has, or may have, a transaction open; the first partition was asked for at <see cref="_beganAt"/>.</summary>
    private bool _mayBeOpen;
    private long _beganAt;
    private bool _addingIsLost;
    private TransactionEnd _end;
    private bool _needsNewEpoch;
    private int _settled;
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
        _logger = loggers.CreateLogger<ProducerTransaction>();
        var backOff = new BackOff(options.RetryBackOff, options.RetryBackOffMax, network.Random);
        _requests = new TransactionRequests(Producer, network.CoordinatorOf(options.TransactionalId), backOff);
        _loop = new TransactionLoop(this, Producer, _requests);
        _writer = new TransactionWriter(Producer);
    }

    /// <summary>All that it sends goes in the transaction. Its <see cref="Producer.RunAsync"/> is started and awaited by the owner.</summary>
    public Producer Producer { get; }

    private TimeSpan Patience => Producer.Options.TransactionTimeout;

    private string Name => $"{Producer.Network.Cluster}: transactional id '{Producer.Options.TransactionalId}'";

    /// <summary>
    /// Waits until the transactional id is this producer's: what an earlier owner left open is aborted, what it prepared is committed, and it is fenced. What
    /// is read as committed from then on (positions) is what to begin from. The producer must be running.
    /// </summary>
    public async ValueTask TakeOverAsync(CancellationToken ct)
    {
        using var call = Enter();
        await UntilAsync(() => _status != TransactionStatus.Starting, Timeout.InfiniteTimeSpan, ct);
    }

    /// <summary>
    /// Closes the gate: no further batches go, though they can be enqueued. Returns once all that was sent is acknowledged or refused. Waits for no longer
    /// than the transaction timeout: then the transaction is lost. When cancelled it goes on closing until <see cref="Release"/>.
    /// </summary>
    public async ValueTask HoldAsync(CancellationToken ct)
    {
        using var call = Enter();
        bool isCommitting;
        lock (_gate)
        {
            ThrowIfOver();
            if (_status == TransactionStatus.Held) return;
            if (_status == TransactionStatus.Starting) throw new InvalidOperationException($"{Name} is not taken over yet");

            isCommitting = _status == TransactionStatus.Committing;
            if (_status == TransactionStatus.Open) CloseGate(TransactionStatus.Holding);
        }

        if (isCommitting)
        {
            await EndCommitAsync(ct);
            return;
        }

        if (!await UntilAsync(() => IsSettled(giveUpUnsent: false), Patience, ct)) Lose(ErrorCode.RequestTimedOut, DescribeUnsettled());
        lock (_gate)
        {
            ThrowIfOver();
            _status = TransactionStatus.Held;
        }
    }

    /// <summary>
    /// Adds batches to the held transaction and returns once the target has all of them. Throws <see cref="KafkaErrorException"/> when it refuses one: then
    /// do not commit. They go to partitions that are not open for other batches.
    /// </summary>
    public async ValueTask WriteAsync(IReadOnlyList<TransactionWrite> writes, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(writes);
        using var call = Enter();
        lock (_gate)
        {
            ThrowIfOver();
            ThrowIfNotHeld();
            _quiet = true;
            _settled = 0;
        }

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
        if (!await UntilAsync(() => written.IsCompleted && IsSettled(giveUpUnsent: false), Patience, ct)) Lose(ErrorCode.RequestTimedOut, DescribeUnsettled());
        lock (_gate) ThrowIfOver();
        await written;
    }

    /// <summary>
    /// Commits the held transaction; where nothing is in it nobody is asked. It stays held until <see cref="Release"/>. Waits for no longer than the
    /// transaction timeout: then the transaction is lost and may be committed. When cancelled it may be committed too: the next call, or
    /// <see cref="HoldAsync"/>, goes on asking.
    /// </summary>
    public async ValueTask CommitAsync(CancellationToken ct)
    {
        using var call = Enter();
        var isHeld = false;
        lock (_gate)
        {
            ThrowIfOver();
            if (_status != TransactionStatus.Committing)
            {
                ThrowIfNotHeld();
                isHeld = true;
            }
        }

        if (isHeld)
        {
            if (!IsSettled(giveUpUnsent: false)) throw new InvalidOperationException($"{Name}: a write to it has not ended");

            lock (_gate)
            {
                ThrowIfOver();
                if (!_mayBeOpen) return;

                _status = TransactionStatus.Committing;
            }
        }

        await EndCommitAsync(ct);
    }

    /// <summary>Opens the gate: the transaction goes on, or after a commit the next one begins. Does nothing where it is open or over.</summary>
    public void Release()
    {
        lock (_gate)
        {
            if (_status is not (TransactionStatus.Holding or TransactionStatus.Held)) return;

            _status = TransactionStatus.Open;
            _period++;
            _quiet = true;
            Volatile.Write(ref _openNumber, _number);
        }

        foreach (var partition in Producer.Partitions) partition.GateOpened();
        AskTogether();
    }

    /// <summary>
    /// Gives the transaction up; the producer sends nothing more. True when the coordinator has aborted it (or nothing was in it); otherwise the next owner
    /// of the id or the transaction timeout does.
    /// </summary>
    public async ValueTask<bool> AbortAsync(CancellationToken ct)
    {
        using var call = Enter();
        bool isCommitting;
        lock (_gate)
        {
            if (_status == TransactionStatus.Over) return false;

            isCommitting = _status == TransactionStatus.Committing;
            CloseGate(TransactionStatus.Aborting);
        }

        var aborted = false;
        try
        {
            // With a batch under way, which would come after the marker, it is left to who fences it; and so is one that may be committed.
            aborted = !isCommitting
                && await UntilAsync(() => IsSettled(giveUpUnsent: true), Patience, ct)
                && (!_mayBeOpen || (await _requests.EndAsync(Producer.Identities.Current, commit: false, default, Patience, ct)).IsDone);
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

    public ProducerTransactionSnapshot Snapshot()
    {
        lock (_gate)
        {
            var openFor = _mayBeOpen ? Producer.Time.GetElapsedTime(_beganAt) : TimeSpan.Zero;
            return new ProducerTransactionSnapshot(_status, _members.Count, openFor, _commits);
        }
    }

    private Call Enter() =>
        Interlocked.Exchange(ref _calls, 1) == 0 ? new Call(this) : throw new InvalidOperationException($"{Name}: another call of its owner has not ended");

    private void ThrowIfNotHeld()
    {
        if (_status != TransactionStatus.Held) throw new InvalidOperationException($"{Name} is not held but {_status}");
    }

    private void ThrowIfOver()
    {
        if (_failure is not null) ExceptionDispatchInfo.Throw(_failure);
    }

    private void CloseGate(TransactionStatus status)
    {
        _status = status;
        Volatile.Write(ref _openNumber, Closed);
        _period++;
        _wanted.Clear();
        _settled = 0;
    }

    private void BeginNext()
    {
        _status = TransactionStatus.Held;
        _number++;
        _period++;
        _members.Clear();
        _settled = 0;
        _mayBeOpen = false;
        _needsNewEpoch = _end.IsLost || _addingIsLost;
        _addingIsLost = false;
        _end = default;
    }

    private void AskTogether()
    {
        lock (_gate) _quiet = false;

        _loop.Wake();
    }

    /// <summary>True when B holds; from then on no member sends anything unless the gate opens.</summary>
    private bool IsSettled(bool giveUpUnsent)
    {
        int members;
        lock (_gate)
        {
            if (_adding) return false;

            members = _members.Count;
        }

        // Nobody is added now, so nobody else touches the list.
        for (; _settled < members; _settled++)
        {
            if (!_members[_settled].IsSettled(giveUpUnsent)) return false;
        }

        return true;
    }

    private async Task EndCommitAsync(CancellationToken ct)
    {
        _end = await _requests.EndAsync(Producer.Identities.Current, commit: true, _end, Patience, ct);
        if (!_end.IsDone && !_end.IsRefused) ct.ThrowIfCancellationRequested();

        // One that only may have been open was not.
        var wasNone = _end is { IsRefused: true, Code: ErrorCode.InvalidTxnState } && _members.Count == 0;
        if (!_end.IsDone && !wasNone) Lose(_end.Code, _end.Message ?? $"{Name}: EndTxn was not answered", _end.MayBeDone);
        lock (_gate)
        {
            ThrowIfOver();
            if (_end.IsDone) _commits++;
            BeginNext();
        }

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
            lock (_gate) ThrowIfOver();

            if (met()) return true;
            ct.ThrowIfCancellationRequested();
            if (late.IsCancellationRequested) return false;

            await _changed.WaitAsync();
        }
    }

    private readonly struct Call(ProducerTransaction transaction) : IDisposable
    {
        public void Dispose() => Volatile.Write(ref transaction._calls, 0);
    }
}

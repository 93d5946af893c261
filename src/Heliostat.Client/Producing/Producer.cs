using System.Collections.Concurrent;
using Heliostat.Client.Routing;
using Heliostat.Transport;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Client.Producing;

/// <summary>
/// Sends record batches to the leaders of their partitions: idempotent, up to five requests in flight, order kept per partition through
/// retries, leader moves and lost connections. To brokers before 0.11 go message sets of format 1, one in flight, and what is sent again
/// may be stored twice.
/// </summary>
public sealed class Producer
{
    private readonly ConcurrentDictionary<TopicPartition, ProducerPartition> _partitions = new();

    /// <summary>What closed partitions used last: a broker remembers it.</summary>
    private readonly ConcurrentDictionary<TopicPartition, ProducerResume> _closed = new();
    private readonly AsyncSignal _emptied = new(inline: false);
    private readonly LeaderLoop _leaders;
    private readonly BackOff _backOff;
    private volatile bool _draining;

    public Producer(KafkaClient client, ProducerOptions options, TimeProvider time, ILoggerFactory loggers)
        : this(new KafkaProduceNetwork(client ?? throw new ArgumentNullException(nameof(client))), options, time, loggers,
            transaction: null)
    {
    }

    internal Producer(IProduceNetwork network, ProducerOptions options, TimeProvider time, ILoggerFactory loggers,
        ITransactionGate? transaction)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(loggers);
        if (options.TransactionalId is not null && transaction is null)
        {
            throw new ArgumentException("a producer with a transactional id is made by its transaction", nameof(options));
        }

        ArgumentOutOfRangeException.ThrowIfNotEqual(options.MaxInFlight, Math.Clamp(options.MaxInFlight, 1, ProducerOptions.MostInFlight));
        Network = network;
        Options = options;
        Time = time;
        Transaction = transaction;
        _backOff = new BackOff(options.RetryBackOff, options.RetryBackOffMax, network.Random);
        Outcomes = new ProduceOutcomes(this, loggers.CreateLogger<Producer>());
        Identities = new IdentityLoop(this, _backOff);
        Jumps = new JumpLoop(this);
        _leaders = new LeaderLoop(this);
    }

    /// <summary>
    /// Asked before each request is handed to a connection; while it is false, none is. For who may only write while something else holds,
    /// as membership of a group. Null: always.
    /// </summary>
    public Func<bool>? MaySend { get; set; }

    /// <summary>The transaction that all batches go in; null without a <see cref="ProducerOptions.TransactionalId"/>.</summary>
    internal ITransactionGate? Transaction { get; }

    internal IProduceNetwork Network { get; }

    internal ProducerOptions Options { get; }

    internal TimeProvider Time { get; }

    internal ProducerCounters Counters { get; } = new();

    internal ProduceOutcomes Outcomes { get; }

    internal IdentityLoop Identities { get; }

    internal JumpLoop Jumps { get; }

    internal bool IsDraining => _draining;

    internal IEnumerable<ProducerPartition> Partitions => _partitions.Values;

    /// <summary>
    /// Sends what is enqueued until cancelled, then gives back every frame. Faults with a <see cref="KafkaErrorException"/> when the
    /// cluster cannot serve an idempotent producer (not authorized) or has brokers older than 0.10, and with what its transaction was lost
    /// by.
    /// </summary>
    public async Task RunAsync(CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var fault = new TaskCompletionSource();
        var running = new List<Task>
        {
            GuardAsync(_leaders.RunAsync, stop, fault),
            GuardAsync(Identities.RunAsync, stop, fault),
            GuardAsync(Jumps.RunAsync, stop, fault),
            GuardAsync(WatchDeadlinesAsync, stop, fault),
        };
        if (Transaction is not null) running.Add(GuardAsync(Transaction.RunAsync, stop, fault));
        try
        {
            while (await _leaders.Starts.WaitToReadAsync(stop.Token))
            {
                while (_leaders.Starts.TryRead(out var loop)) running.Add(GuardAsync(loop.RunAsync, stop, fault));
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }

        await Settling.AllAsync(running);
        Transaction?.Stop(fault.Task.Exception?.InnerException);
        foreach (var partition in Partitions) Close(partition);

        if (fault.Task.IsFaulted) await fault.Task;
    }

    /// <summary>Begins to produce to a partition, which need not exist yet; at most one is open at a time for a partition.</summary>
    /// <param name="partition">Which.</param>
    /// <param name="sink">Told what becomes of its batches.</param>
    /// <param name="isShared">Others write to it by design: that they do is not told.</param>
    /// <param name="logEnd">Where its log was just seen to end: that the first batch does not stand there is told as of all others. -1 when
    /// that is not known.</param>
    public ProducerPartition Open(TopicPartition partition, IProduceSink sink, bool isShared = false, long logEnd = -1) =>
        Open(partition, sink, isShared, logEnd, whileHeld: false);

    internal ProducerPartition Open(TopicPartition partition, IProduceSink sink, bool isShared, long logEnd, bool whileHeld,
        IProducerTerm? term = null)
    {
        ArgumentNullException.ThrowIfNull(sink);
        var queue = new ProduceQueue(Options, _backOff, Time) { IsInTerm = term is not null };
        queue.End.Is(logEnd);
        var opened = new ProducerPartition(partition, sink, this, queue, whileHeld) { IsShared = isShared, Term = term };
        if (!_partitions.TryAdd(partition, opened)) throw new InvalidOperationException($"{partition} is open already");

        AssignFirst(opened);
        if (opened.NeedsProducerId) Identities.Need();

        Network.Track(partition.Topic);
        _leaders.Route(opened, Network.Metadata);
        if (Network.Metadata.Find(partition) is not { Leader: >= 0 }) Network.Invalidate();
        return opened;
    }

    /// <summary>
    /// Drops what the partition has not sent and ends its calls to the sink; a call that is being made may still end after this returns. In
    /// transactions what it has sent must be answered, as it is while the transaction is held: otherwise the transaction is lost.
    /// </summary>
    public void Close(ProducerPartition partition)
    {
        ArgumentNullException.ThrowIfNull(partition);
        var used = partition.Close();
        if (!_partitions.TryRemove(new(partition.Target, partition))) return;

        _closed[partition.Target] = used;
        Network.Untrack(partition.Target.Topic);
        if (used.IsUnresolved) partition.Term?.LeftUnderWay();
        if (used.IsUnresolved)
            Transaction?.Lose(ErrorCode.None, $"{Network.Cluster}: {partition.Target} was closed while a batch of it was under way");
        Transaction?.Settled();
    }

    /// <summary>
    /// Accepts nothing more (what is enqueued from now on is dropped) and waits until all that was enqueued is acknowledged or refused.
    /// False when <paramref name="deadline"/> was over first.
    /// </summary>
    public async ValueTask<bool> DrainAsync(TimeSpan deadline, CancellationToken ct)
    {
        _draining = true;
        using var late = new CancellationTokenSource(deadline, Time);
        await using var onLate = late.Token.UnsafeRegister(static signal => ((AsyncSignal)signal!).Set(), _emptied);
        await using var onCancel = ct.UnsafeRegister(static signal => ((AsyncSignal)signal!).Set(), _emptied);
        while (!Partitions.All(partition => partition.IsEmpty))
        {
            ct.ThrowIfCancellationRequested();
            if (late.IsCancellationRequested) return false;

            await _emptied.WaitAsync();
        }

        return true;
    }

    public ProducerSnapshot Snapshot() => Counters.Snapshot();

    /// <summary>
    /// A partition that was open before fences what it left under way by a new epoch; in transactions it left nothing, and goes on in the
    /// only epoch.
    /// </summary>
    private void AssignFirst(ProducerPartition opened)
    {
        var current = opened.Term?.Current ?? Identities.Current;
        if (!_closed.TryGetValue(opened.Target, out var used)) opened.Assign(current);
        else if (opened.Term is not null && used.Identity == current && used.IsUnresolved) opened.Follow(current);
        else if (opened.Term is not null) opened.Assign(current, used.Identity == current ? used.NextSequence : 0);
        else if (Transaction is null) opened.Assign(used.Identity.Next());
        else opened.Assign(current, used.Identity == current ? used.NextSequence : 0);
    }

    /// <summary>A partition has nothing left to send: only while draining.</summary>
    internal void Emptied() => _emptied.Set();

    /// <summary>Leads a partition to the broker that an answer named (KIP-951), when that is news.</summary>
    internal void Hint(ProducerPartition partition, int leaderId, int leaderEpoch) => _leaders.Hint(partition, leaderId, leaderEpoch);

    /// <summary>What nothing else triggers: asks again for leaders that are not known, and ends deliveries that take too long.</summary>
    private async Task WatchDeadlinesAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(Options.RetryBackOffMax, Time);
        while (await timer.WaitForNextTickAsync(ct))
        {
            var unknown = false;
            foreach (var partition in Partitions)
            {
                partition.Expire();
                if (!partition.WaitsForLeader) continue;

                unknown = true;
                _leaders.Route(partition, Network.Metadata);
            }

            if (unknown) Network.Invalidate();
        }
    }

    private static async Task GuardAsync(Func<CancellationToken, Task> run, CancellationTokenSource stop, TaskCompletionSource fault)
    {
        try
        {
            await run(stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
        catch (Exception failure)
        {
            fault.TrySetException(failure);
            await stop.CancelSoonAsync();
        }
    }
}

using Heliostat.Protocol.Records;

namespace Heliostat.Broker.Logs;

/// <summary>
/// The producers of one partition: who may append what next, which transactions are open, which were aborted (ProducerStateManager,
/// ProducerAppendInfo). Guarded by the log's lock.
/// </summary>
internal sealed class ProducerStates
{
    private readonly Dictionary<long, ProducerState> _producers = [];
    private readonly SortedDictionary<long, long> _openTransactions = [];
    private readonly Dictionary<long, TransactionVerification> _verifications = [];

    public IReadOnlyCollection<ProducerState> All => _producers.Values;

    public AbortedTransactions Aborted { get; } = new();

    /// <summary>The first offset that an open transaction may still take back; null when none is open.</summary>
    public long? FirstUnstableOffset
    {
        get
        {
            foreach (var (firstOffset, _) in _openTransactions) return firstOffset;
            return null;
        }
    }

    public ProducerState? Find(long producerId) => _producers.GetValueOrDefault(producerId);

    /// <summary>What was remembered of this very batch of a client, when it was appended before.</summary>
    public ProducedBatch? FindDuplicate(in RecordBatchHeader batch) => batch.ProducerId < 0 ? null
        : Find(batch.ProducerId)?.FindDuplicate(batch.ProducerEpoch, batch.BaseSequence,
            Sequences.Increment(batch.BaseSequence, batch.LastOffsetDelta));

    /// <summary>Whether the batch of a client, which is no duplicate, may be appended next.</summary>
    public ErrorCode Check(in RecordBatchHeader batch)
    {
        if (batch.ProducerId < 0) return ErrorCode.None;

        var known = Find(batch.ProducerId);
        if (batch.ProducerEpoch < known?.ProducerEpoch) return ErrorCode.InvalidProducerEpoch;

        var verification = _verifications.GetValueOrDefault(batch.ProducerId);
        if (verification is { AddsPartitions: true } && batch.BaseSequence != 0 && known is not { Batches.Length: > 0 })
            return ErrorCode.OutOfOrderSequenceNumber;
        if (batch.BaseSequence > verification?.LowestSequence) return ErrorCode.OutOfOrderSequenceNumber;
        if (known is not { } producer) return ErrorCode.None;

        var inOrder = producer.ProducerEpoch == ProducerState.NoEpoch
            || (batch.ProducerEpoch == producer.ProducerEpoch
                ? Sequences.Follows(producer.LastSequence, batch.BaseSequence)
                : batch.BaseSequence == 0);
        if (!inOrder) return ErrorCode.OutOfOrderSequenceNumber;

        return !batch.IsTransactional && producer.CurrentTxnFirstOffset is not null ? ErrorCode.InvalidTxnState : ErrorCode.None;
    }

    /// <summary>
    /// To be called before the coordinator is asked about a transactional batch; no verification when its transaction is open here, and
    /// nobody need be asked.
    /// </summary>
    public ErrorCode BeginVerification(in RecordBatchHeader batch, bool addsPartitions, long nowMs,
        out TransactionVerification? verification)
    {
        verification = null;
        if (batch.ProducerEpoch < Find(batch.ProducerId)?.ProducerEpoch) return ErrorCode.InvalidProducerEpoch;
        if (HasOpenTransaction(batch)) return ErrorCode.None;
        if (_verifications.TryGetValue(batch.ProducerId, out verification)) verification.Ask(batch.BaseSequence, batch.ProducerEpoch);
        else _verifications.Add(batch.ProducerId, verification = new(batch.BaseSequence, batch.ProducerEpoch, addsPartitions, nowMs));
        return ErrorCode.None;
    }

    /// <summary>
    /// Whether a transactional batch may be appended: its transaction is open here, or was verified and did not end since.
    /// </summary>
    public ErrorCode CheckTransaction(in RecordBatchHeader batch, TransactionVerification? verified)
    {
        if (!batch.IsTransactional || batch.ProducerId < 0 || HasOpenTransaction(batch)) return ErrorCode.None;
        if (batch.ProducerEpoch < Find(batch.ProducerId)?.ProducerEpoch) return ErrorCode.InvalidProducerEpoch;

        return verified is not null && _verifications.GetValueOrDefault(batch.ProducerId) == verified
            ? ErrorCode.None
            : ErrorCode.InvalidTxnState;
    }

    /// <summary>Whether the coordinator may append this marker.</summary>
    public ErrorCode CheckMarker(long producerId, short epoch, int coordinatorEpoch)
    {
        var producer = Find(producerId);
        if (producer is null) return ErrorCode.None;
        if (epoch < producer.ProducerEpoch) return ErrorCode.InvalidProducerEpoch;
        return coordinatorEpoch < producer.CoordinatorEpoch ? ErrorCode.TransactionCoordinatorFenced : ErrorCode.None;
    }

    /// <summary>Takes note of a data batch that was appended.</summary>
    public void Appended(in RecordBatchHeader batch)
    {
        if (batch.ProducerId < 0) return;

        var producer = FindOrAdd(batch.ProducerId);
        var lastSequence = Sequences.Increment(batch.BaseSequence, batch.LastOffsetDelta);
        var opens = batch.IsTransactional && producer.CurrentTxnFirstOffset is null;
        producer.AddBatch(
            batch.ProducerEpoch,
            new ProducedBatch(lastSequence, batch.LastOffset, batch.LastOffsetDelta, batch.MaxTimestamp),
            batch.IsTransactional);
        if (opens) _openTransactions[batch.BaseOffset] = batch.ProducerId;
        if (batch.IsTransactional) _verifications.Remove(batch.ProducerId);
    }

    /// <summary>Takes note of a marker that was appended.</summary>
    /// <param name="batch">The control batch.</param>
    /// <param name="commit">Whether the transaction stays; else its batches are listed as aborted.</param>
    /// <param name="coordinatorEpoch">The epoch of the coordinator that wrote it.</param>
    public void Ended(in RecordBatchHeader batch, bool commit, int coordinatorEpoch)
    {
        var producer = FindOrAdd(batch.ProducerId);
        if (producer.CurrentTxnFirstOffset is { } firstOffset)
        {
            _openTransactions.Remove(firstOffset);
            if (!commit)
            {
                var lastStable = FirstUnstableOffset is { } unstable ? Math.Min(unstable, batch.LastOffset + 1) : batch.LastOffset + 1;
                Aborted.Add(new AbortedTxn(batch.ProducerId, firstOffset, batch.LastOffset, lastStable));
            }
        }

        producer.EndTransaction(batch.ProducerEpoch, coordinatorEpoch, batch.MaxTimestamp);

        // A producer whose epoch goes up with every transaction may have asked for the next one already.
        var isForNext = _verifications.TryGetValue(batch.ProducerId, out var verification) && verification.AddsPartitions
            && verification.ProducerEpoch == batch.ProducerEpoch;
        if (!isForNext) _verifications.Remove(batch.ProducerId);
    }

    /// <summary>Forgets a producer, as after producer.id.expiration.ms; not while it has a transaction open.</summary>
    public bool Expire(long producerId) => Find(producerId) is { CurrentTxnFirstOffset: null } && _producers.Remove(producerId);

    /// <summary>Forgets the producers that were silent since <paramref name="timestamp"/>.</summary>
    public void ExpireUpTo(long timestamp)
    {
        foreach (var producer in _producers.Values.Where(p => p.LastTimestamp <= timestamp && p.CurrentTxnFirstOffset is null).ToList())
            _producers.Remove(producer.ProducerId);
        foreach (var (producerId, _) in _verifications.Where(pending => pending.Value.TimestampMs <= timestamp).ToList())
            _verifications.Remove(producerId);
    }

    /// <summary>Takes over a producer of an earlier run.</summary>
    public void Restore(ProducerState producer)
    {
        _producers.Add(producer.ProducerId, producer);
        if (producer.CurrentTxnFirstOffset is { } firstOffset) _openTransactions[firstOffset] = producer.ProducerId;
    }

    public void Clear()
    {
        _producers.Clear();
        _openTransactions.Clear();
        _verifications.Clear();
        Aborted.Clear();
    }

    private bool HasOpenTransaction(in RecordBatchHeader batch) =>
        Find(batch.ProducerId) is { CurrentTxnFirstOffset: not null } producer && producer.ProducerEpoch == batch.ProducerEpoch;

    private ProducerState FindOrAdd(long producerId)
    {
        if (!_producers.TryGetValue(producerId, out var producer)) _producers.Add(producerId, producer = new ProducerState(producerId));
        return producer;
    }
}

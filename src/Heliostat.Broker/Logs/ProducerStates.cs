using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Records;
using Heliostat.Protocol.Wire;

namespace Heliostat.Broker.Logs;

/// <summary>
/// The producers of one partition: who may append what next, which transactions are open, which were aborted (ProducerStateManager,
/// ProducerAppendInfo, TransactionIndex). Guarded by the log's lock.
/// </summary>
internal sealed class ProducerStates
{
    private readonly Dictionary<long, ProducerState> _producers = [];
    private readonly SortedDictionary<long, long> _openTransactions = [];
    private readonly List<AbortedTxn> _aborted = [];

    public IEnumerable<ProducerState> All => _producers.Values;

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

    /// <summary>Whether the batch of a client may be appended next; the duplicate, when it was appended before.</summary>
    public ErrorCode Check(in RecordBatchHeader batch, out ProducedBatch? duplicate, out string? message)
    {
        duplicate = null;
        message = null;
        if (batch.ProducerId < 0) return ErrorCode.None;

        var lastSequence = Sequences.Increment(batch.BaseSequence, batch.LastOffsetDelta);
        var producer = Find(batch.ProducerId);
        duplicate = producer?.FindDuplicate(batch.ProducerEpoch, batch.BaseSequence, lastSequence);
        if (producer is null || duplicate is not null) return ErrorCode.None;

        if (batch.ProducerEpoch < producer.ProducerEpoch)
        {
            message = $"Epoch of producer {batch.ProducerId} is {batch.ProducerEpoch}, which is smaller than the last seen epoch {producer.ProducerEpoch}";
            return ErrorCode.InvalidProducerEpoch;
        }

        if (batch.ProducerEpoch != producer.ProducerEpoch)
        {
            if (batch.BaseSequence != 0 && producer.ProducerEpoch != ProducerState.NoEpoch)
            {
                message = $"Invalid sequence number for new epoch of producer {batch.ProducerId}: {batch.ProducerEpoch} (request epoch), " +
                    $"{batch.BaseSequence} (seq. number), {producer.ProducerEpoch} (current producer epoch)";
                return ErrorCode.OutOfOrderSequenceNumber;
            }
        }
        else if (!Sequences.Follows(producer.LastSequence, batch.BaseSequence))
        {
            message = $"Out of order sequence number for producer {batch.ProducerId}: {batch.BaseSequence} (incoming seq. number), " +
                $"{producer.LastSequence} (current end sequence number)";
            return ErrorCode.OutOfOrderSequenceNumber;
        }

        if (!batch.IsTransactional && producer.CurrentTxnFirstOffset is not null)
        {
            message = $"Expected transactional write from producer {batch.ProducerId}";
            return ErrorCode.InvalidTxnState;
        }

        return ErrorCode.None;
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
                _aborted.Add(new AbortedTxn(batch.ProducerId, firstOffset, batch.LastOffset, lastStable));
            }
        }

        producer.EndTransaction(batch.ProducerEpoch, coordinatorEpoch, batch.MaxTimestamp);
    }

    /// <summary>The aborted transactions with a batch in [<paramref name="from"/>, <paramref name="upTo"/>), as a fetch lists them.</summary>
    public void CollectAborted(long from, long upTo, Rows<AbortedTransaction> into)
    {
        foreach (var txn in _aborted)
        {
            if (txn.LastOffset >= from && txn.FirstOffset < upTo)
            {
                var row = into.Next();
                row.ProducerId = txn.ProducerId;
                row.FirstOffset = txn.FirstOffset;
            }

            if (txn.LastStableOffset >= upTo) return;
        }
    }

    /// <summary>Whether a batch of this producer at this offset belongs to an aborted transaction.</summary>
    public bool IsAborted(long producerId, long offset)
    {
        foreach (var txn in _aborted)
        {
            if (txn.ProducerId == producerId && txn.FirstOffset <= offset && offset <= txn.LastOffset) return true;
        }

        return false;
    }

    /// <summary>Forgets a producer, as after producer.id.expiration.ms; not while it has a transaction open.</summary>
    public bool Expire(long producerId) => Find(producerId) is { CurrentTxnFirstOffset: null } && _producers.Remove(producerId);

    /// <summary>Forgets the producers that were silent since <paramref name="timestamp"/>.</summary>
    public void ExpireBefore(long timestamp)
    {
        foreach (var producer in _producers.Values.Where(p => p.LastTimestamp < timestamp && p.CurrentTxnFirstOffset is null).ToList())
            _producers.Remove(producer.ProducerId);
    }

    public void ForgetBelow(long logStartOffset) => _aborted.RemoveAll(txn => txn.LastOffset < logStartOffset);

    public void Clear()
    {
        _producers.Clear();
        _openTransactions.Clear();
        _aborted.Clear();
    }

    private ProducerState FindOrAdd(long producerId)
    {
        if (!_producers.TryGetValue(producerId, out var producer)) _producers.Add(producerId, producer = new ProducerState(producerId));
        return producer;
    }

    /// <summary>An aborted transaction and the last stable offset when its marker was written, which bounds the search.</summary>
    private readonly record struct AbortedTxn(long ProducerId, long FirstOffset, long LastOffset, long LastStableOffset);
}

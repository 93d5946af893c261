namespace Heliostat.Broker.Logs;

/// <summary>
/// What a partition remembers of one producer: its epoch, its last five batches, its open transaction (ProducerStateEntry).
/// </summary>
internal sealed class ProducerState(long producerId)
{
    public const short NoEpoch = -1;
    private const int RememberedBatches = 5;

    private readonly ProducedBatch[] _batches = new ProducedBatch[RememberedBatches];
    private int _count;

    public long ProducerId { get; } = producerId;

    public short ProducerEpoch { get; private set; } = NoEpoch;

    public int CoordinatorEpoch { get; private set; } = -1;

    public long LastTimestamp { get; private set; } = -1;

    /// <summary>Where the open transaction starts; null when none is open.</summary>
    public long? CurrentTxnFirstOffset { get; private set; }

    /// <summary>The remembered batches, oldest first.</summary>
    public ReadOnlySpan<ProducedBatch> Batches => _batches.AsSpan(0, _count);

    public int LastSequence => _count == 0 ? Sequences.None : _batches[_count - 1].LastSequence;

    public long LastOffset => _count == 0 ? -1 : _batches[_count - 1].LastOffset;

    /// <summary>The remembered batch with exactly these sequences in this epoch.</summary>
    public ProducedBatch? FindDuplicate(short epoch, int firstSequence, int lastSequence)
    {
        if (epoch != ProducerEpoch) return null;

        for (var i = 0; i < _count; i++)
        {
            if (_batches[i].FirstSequence == firstSequence && _batches[i].LastSequence == lastSequence) return _batches[i];
        }

        return null;
    }

    public void AddBatch(short epoch, ProducedBatch batch, bool transactional)
    {
        SetEpoch(epoch);
        Remember(batch);
        LastTimestamp = batch.Timestamp;
        if (transactional) CurrentTxnFirstOffset ??= batch.FirstOffset;
    }

    public void EndTransaction(short epoch, int coordinatorEpoch, long timestamp)
    {
        SetEpoch(epoch);
        CoordinatorEpoch = coordinatorEpoch;
        LastTimestamp = timestamp;
        CurrentTxnFirstOffset = null;
    }

    /// <summary>Takes over what was known of it in an earlier run.</summary>
    public void Restore(short epoch, int coordinatorEpoch, long lastTimestamp, long? currentTxnFirstOffset,
        IEnumerable<ProducedBatch> batches)
    {
        ProducerEpoch = epoch;
        CoordinatorEpoch = coordinatorEpoch;
        LastTimestamp = lastTimestamp;
        CurrentTxnFirstOffset = currentTxnFirstOffset;
        foreach (var batch in batches) Remember(batch);
    }

    private void Remember(ProducedBatch batch)
    {
        if (_count == RememberedBatches)
        {
            _batches.AsSpan(1).CopyTo(_batches);
            _count--;
        }

        _batches[_count++] = batch;
    }

    private void SetEpoch(short epoch)
    {
        if (epoch == ProducerEpoch) return;

        _count = 0;
        ProducerEpoch = epoch;
    }
}

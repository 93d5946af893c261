using Heliostat.Broker.Storage;

namespace Heliostat.Broker.Groups;

/// <summary>
/// The positions of one group, and those that open transactions hold back. What changes is written down first: where the disk does not take
/// it, nothing has changed. Guarded by the group's lock.
/// </summary>
internal sealed class GroupOffsets(string groupId, StateJournal journal)
{
    private readonly Dictionary<(string Topic, int Partition), CommittedOffset> _committed = [];
    private readonly Dictionary<long, Dictionary<(string Topic, int Partition), CommittedOffset>> _pending = [];

    public IReadOnlyDictionary<(string Topic, int Partition), CommittedOffset> Committed => _committed;

    public bool IsEmpty => _committed.Count == 0 && _pending.Count == 0;

    public CommittedOffset? Find(string topic, int partition) => _committed.GetValueOrDefault((topic, partition));

    /// <summary>Whether an open transaction may still change the position.</summary>
    public bool IsUnstable(string topic, int partition) => _pending.Values.Any(offsets => offsets.ContainsKey((topic, partition)));

    public void Commit(string topic, int partition, CommittedOffset offset)
    {
        journal.Write(Record(topic, partition, offset, producerId: null));
        _committed[(topic, partition)] = offset;
    }

    /// <summary>Holds a position back until the producer's transaction ends.</summary>
    public void CommitPending(long producerId, string topic, int partition, CommittedOffset offset)
    {
        journal.Write(Record(topic, partition, offset, producerId));
        Hold(producerId, topic, partition, offset);
    }

    public void Restore(OffsetRecord record)
    {
        var offset = new CommittedOffset(record.Offset, record.LeaderEpoch, record.Metadata, record.CommitTimestampMs);
        if (record.ProducerId is { } producerId) Hold(producerId, record.Topic, record.Partition, offset);
        else _committed[(record.Topic, record.Partition)] = offset;
    }

    private void Hold(long producerId, string topic, int partition, CommittedOffset offset)
    {
        if (!_pending.TryGetValue(producerId, out var offsets)) _pending.Add(producerId, offsets = []);
        offsets[(topic, partition)] = offset;
    }

    /// <summary>Takes over or drops what the producer's transaction held back, and returns what was taken over.</summary>
    public IReadOnlyDictionary<(string Topic, int Partition), CommittedOffset> EndTransaction(long producerId, bool commit)
    {
        if (!_pending.TryGetValue(producerId, out var offsets)) return new Dictionary<(string, int), CommittedOffset>();

        journal.Write([.. offsets.SelectMany(held => Ended(held.Key.Topic, held.Key.Partition, held.Value, producerId, commit))]);
        _pending.Remove(producerId);
        if (!commit) return new Dictionary<(string, int), CommittedOffset>();

        foreach (var (partition, offset) in offsets) _committed[partition] = offset;
        return offsets;
    }

    public bool Delete(string topic, int partition)
    {
        if (!_committed.ContainsKey((topic, partition))) return false;

        journal.Write(Removal(topic, partition, producerId: null));
        return _committed.Remove((topic, partition));
    }

    public void Clear() => Forget(static _ => true);

    /// <summary>Drops the positions in a topic that was deleted, also those that transactions hold back.</summary>
    public void ForgetTopic(string name) => Forget(topic => topic == name);

    private void Forget(Func<string, bool> isGone)
    {
        var committed = _committed.Keys.Where(at => isGone(at.Topic)).ToList();
        var held = _pending.SelectMany(producer => producer.Value.Keys
            .Where(at => isGone(at.Topic)).Select(at => (ProducerId: producer.Key, At: at))).ToList();
        journal.Write(
        [
            .. committed.Select(at => Removal(at.Topic, at.Partition, producerId: null)),
            .. held.Select(offset => Removal(offset.At.Topic, offset.At.Partition, offset.ProducerId)),
        ]);
        foreach (var at in committed) _committed.Remove(at);
        foreach (var (producerId, at) in held)
        {
            _pending[producerId].Remove(at);
            if (_pending[producerId].Count == 0) _pending.Remove(producerId);
        }
    }

    private IEnumerable<StateChange> Ended(string topic, int partition, CommittedOffset offset, long producerId, bool commit)
    {
        yield return Removal(topic, partition, producerId);
        if (commit) yield return Record(topic, partition, offset, producerId: null);
    }

    private OffsetRecord Record(string topic, int partition, CommittedOffset offset, long? producerId) =>
        new(groupId, topic, partition, offset.Offset)
        {
            LeaderEpoch = offset.LeaderEpoch,
            Metadata = offset.Metadata,
            CommitTimestampMs = offset.CommitTimestampMs,
            ProducerId = producerId,
        };

    private StateChange Removal(string topic, int partition, long? producerId) =>
        StateChange.Removal(OffsetRecord.KeyOf(groupId, topic, partition, producerId));
}

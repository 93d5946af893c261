using Heliostat.Broker.Storage;

namespace Heliostat.Broker.Groups;

/// <summary>The positions of one group, and those that open transactions hold back. Guarded by the group's lock.</summary>
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
        if (!_pending.Remove(producerId, out var offsets)) return new Dictionary<(string, int), CommittedOffset>();

        journal.Write([.. offsets.SelectMany(held => Ended(held.Key.Topic, held.Key.Partition, held.Value, producerId, commit))]);
        if (!commit) return new Dictionary<(string, int), CommittedOffset>();

        foreach (var (partition, offset) in offsets) _committed[partition] = offset;
        return offsets;
    }

    public bool Delete(string topic, int partition)
    {
        if (!_committed.Remove((topic, partition))) return false;

        journal.Write(Removal(topic, partition, producerId: null));
        return true;
    }

    public void Clear()
    {
        var held = _pending.SelectMany(producer => producer.Value.Keys.Select(at => Removal(at.Topic, at.Partition, producer.Key)));
        journal.Write([.. _committed.Keys.Select(at => Removal(at.Topic, at.Partition, producerId: null)).Concat(held)]);
        _committed.Clear();
        _pending.Clear();
    }

    private IEnumerable<StateChange> Ended(string topic, int partition, CommittedOffset offset, long producerId, bool commit)
    {
        yield return Removal(topic, partition, producerId);
        if (commit) yield return Record(topic, partition, offset, producerId: null);
    }

    private OffsetRecord Record(string topic, int partition, CommittedOffset offset, long? producerId) =>
        new(groupId, topic, partition, offset.Offset, offset.LeaderEpoch, offset.Metadata, offset.CommitTimestampMs, producerId);

    private StateChange Removal(string topic, int partition, long? producerId) =>
        StateChange.Removal(OffsetRecord.KeyOf(groupId, topic, partition, producerId));
}

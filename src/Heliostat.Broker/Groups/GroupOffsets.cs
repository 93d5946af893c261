namespace Heliostat.Broker.Groups;

/// <summary>The positions of one group, and those that open transactions hold back. Guarded by the group's lock.</summary>
internal sealed class GroupOffsets
{
    private readonly Dictionary<(string Topic, int Partition), CommittedOffset> _committed = [];
    private readonly Dictionary<long, Dictionary<(string Topic, int Partition), CommittedOffset>> _pending = [];

    public IReadOnlyDictionary<(string Topic, int Partition), CommittedOffset> Committed => _committed;

    public bool IsEmpty => _committed.Count == 0 && _pending.Count == 0;

    public CommittedOffset? Find(string topic, int partition) => _committed.GetValueOrDefault((topic, partition));

    /// <summary>Whether an open transaction may still change the position.</summary>
    public bool IsUnstable(string topic, int partition) => _pending.Values.Any(offsets => offsets.ContainsKey((topic, partition)));

    public void Commit(string topic, int partition, CommittedOffset offset) => _committed[(topic, partition)] = offset;

    /// <summary>Holds a position back until the producer's transaction ends.</summary>
    public void CommitPending(long producerId, string topic, int partition, CommittedOffset offset)
    {
        if (!_pending.TryGetValue(producerId, out var offsets)) _pending.Add(producerId, offsets = []);
        offsets[(topic, partition)] = offset;
    }

    /// <summary>Takes over or drops what the producer's transaction held back, and returns what was taken over.</summary>
    public IReadOnlyDictionary<(string Topic, int Partition), CommittedOffset> EndTransaction(long producerId, bool commit)
    {
        if (!_pending.Remove(producerId, out var offsets) || !commit) return new Dictionary<(string, int), CommittedOffset>();

        foreach (var (partition, offset) in offsets) _committed[partition] = offset;
        return offsets;
    }

    public bool Delete(string topic, int partition) => _committed.Remove((topic, partition));

    public void Clear()
    {
        _committed.Clear();
        _pending.Clear();
    }
}

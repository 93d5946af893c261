namespace Heliostat.MirrorClient.OffsetSyncs;

/// <summary>
/// Decides which offset syncs are written: those that MirrorMaker 2 would have written had it mirrored record by record. Of several that
/// fall due at once only the last of a partition is. Whoever owns it sends what is due (a few at a time), and commits at every flush
/// interval, so that the end of an idle partition gets a sync as well. Not thread-safe.
/// </summary>
/// <param name="maxLag"><c>offset.lag.max</c>: a group's translated offset should not lag further behind than this.</param>
internal sealed class OffsetSyncEmitter(long maxLag)
{
    private readonly Dictionary<TopicPartition, LastSeen> _partitions = [];
    private readonly Dictionary<TopicPartition, OffsetSync> _due = [];
    private readonly Queue<TopicPartition> _order = [];
    private readonly Dictionary<TopicPartition, OffsetSync> _delayed = [];

    /// <summary>
    /// Records without a hole on either side: so many, from these offsets on, in the order in which the target took them. Several runs of a
    /// batch come in several calls.
    /// </summary>
    public void Acknowledged(TopicPartition sourcePartition, long firstUpstream, long firstDownstream, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var last = new OffsetSync(sourcePartition, firstUpstream + count - 1, firstDownstream + count - 1);
        var seen = _partitions.GetValueOrDefault(sourcePartition, LastSeen.Nothing);
        var due = LastDue(seen, firstUpstream, firstDownstream, last.DownstreamOffset);
        _partitions[sourcePartition] = new(last.UpstreamOffset, last.DownstreamOffset, due ?? seen.SyncedDownstream);
        if (due is { } downstream)
        {
            _delayed.Remove(sourcePartition);
            Due(new(sourcePartition, firstUpstream + (downstream - firstDownstream), downstream));
        }

        if (due != last.DownstreamOffset)
        {
            _delayed[sourcePartition] = last;
        }
    }

    /// <summary>A flush interval is over: the last record of every partition falls due.</summary>
    public void Commit()
    {
        foreach (var sync in _delayed.Values)
        {
            Due(sync);
        }

        _delayed.Clear();
    }

    /// <summary>The partition is somebody else's now; the next time it is seen counts as the first.</summary>
    public void Forget(TopicPartition sourcePartition)
    {
        _partitions.Remove(sourcePartition);
        _delayed.Remove(sourcePartition);
    }

    /// <summary>The sync that has been due the longest.</summary>
    public bool TryTake(out OffsetSync sync)
    {
        if (_order.TryDequeue(out var partition))
        {
            return _due.Remove(partition, out sync);
        }

        sync = default;
        return false;
    }

    private void Due(in OffsetSync sync)
    {
        if (!_due.ContainsKey(sync.TopicPartition))
        {
            _order.Enqueue(sync.TopicPartition);
        }

        _due[sync.TopicPartition] = sync;
    }

    /// <summary>
    /// The target offset of the last record of a run for which MirrorMaker 2 would make a sync; null if it would for none.
    /// </summary>
    private long? LastDue(in LastSeen seen, long firstUpstream, long firstDownstream, long lastDownstream)
    {
        var isForced = seen.SyncedDownstream == -1 || firstUpstream - seen.Upstream != 1 || firstDownstream < seen.Downstream;
        if (!isForced && lastDownstream - (seen.SyncedDownstream + 1) < maxLag)
        {
            return null;
        }

        var first = isForced ? firstDownstream : Math.Max(firstDownstream, seen.SyncedDownstream + 1 + maxLag);
        return lastDownstream - first <= maxLag ? first : lastDownstream - ((lastDownstream - first) % Math.Max(1, maxLag + 1));
    }

    /// <summary>What was seen of a partition since it was first seen; -1 for nothing.</summary>
    private readonly record struct LastSeen(long Upstream, long Downstream, long SyncedDownstream)
    {
        public static readonly LastSeen Nothing = new(-1, -1, -1);
    }
}

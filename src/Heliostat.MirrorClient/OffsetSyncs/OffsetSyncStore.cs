using System.Collections.Concurrent;

namespace Heliostat.MirrorClient.OffsetSyncs;

/// <summary>
/// The offset syncs of a flow, as many as MirrorMaker 2 keeps, and the translation it makes of them. What MirrorMaker 2 will say of a group
/// is known by asking this. One thread adds; any number translate.
/// </summary>
/// <param name="keepHistory">
/// Whether syncs found before <see cref="ReachedEnd"/> stay: as MirrorMaker 2 does when it could read its checkpoints. Otherwise only the
/// last of each partition does.
/// </param>
internal sealed class OffsetSyncStore(bool keepHistory)
{
    private readonly ConcurrentDictionary<TopicPartition, OffsetSyncSlots> _partitions = new();
    private volatile bool _reachedEnd;

    /// <summary>Takes in a record of the offset-syncs topic, in the topic's order.</summary>
    public void Add(in OffsetSync sync)
    {
        var only = !_reachedEnd && !keepHistory;
        _partitions[sync.TopicPartition] = _partitions.TryGetValue(sync.TopicPartition, out var slots) && !only
            ? slots.With(sync.UpstreamOffset, sync.DownstreamOffset)
            : new OffsetSyncSlots(sync.UpstreamOffset, sync.DownstreamOffset);
    }

    /// <summary>All that the topic held at the start is added: from now on there are translations.</summary>
    public void ReachedEnd() => _reachedEnd = true;

    /// <summary>
    /// Where a group with this offset on the source would be put on the target: never behind the record it would read next. Null if there
    /// is nothing to go by yet; -1 if the offset is older than everything known.
    /// </summary>
    public long? Translate(TopicPartition sourcePartition, long upstreamOffset) =>
        _reachedEnd && _partitions.TryGetValue(sourcePartition, out var slots) ? slots.Translate(upstreamOffset) : null;

    /// <summary>The syncs that are kept of a partition, the latest first.</summary>
    public IReadOnlyList<OffsetSync> Kept(TopicPartition sourcePartition) =>
        _partitions.TryGetValue(sourcePartition, out var slots)
            ? [.. slots.Distinct().Select(s => new OffsetSync(sourcePartition, s.Upstream, s.Downstream))]
            : [];
}

using System.Collections.Concurrent;
using Heliostat.Client;
using Heliostat.MirrorClient.OffsetSyncs;
using Heliostat.MirrorClient.Positions;

namespace Heliostat.Mirroring.Offsets;

/// <summary>
/// The offsets of all lanes of a flow, whether their lanes run or not. A committed offset translates exactly wherever the map reaches; before the map began,
/// MirrorMaker 2's syncs say at least where it is safe to go on.
/// </summary>
internal sealed class LaneOffsetTable
{
    private readonly ConcurrentDictionary<TopicPartition, LaneOffsets> _lanes = new();
    private readonly OffsetSyncStore _history = new(keepHistory: true);

    public LaneOffsets Of(TopicPartition lane) => _lanes.GetOrAdd(lane, static lane => new LaneOffsets(lane));

    /// <summary>The source offset that the lane began at in this process.</summary>
    public long StartOf(TopicPartition lane) => Of(lane).Start;

    /// <summary>A lane without a stored position begins.</summary>
    public void Begin(TopicPartition lane, long start) => Of(lane).Begin(start);

    /// <summary>A lane goes on behind what is stored.</summary>
    public void Resume(TopicPartition lane, SourcePosition position) => Of(lane).Begin(position.Offset + 1);

    /// <summary>Takes in what was read of an offset-syncs topic.</summary>
    public void TakeHistory(OffsetSync sync) => _history.Add(sync);

    /// <summary>All that the topics held is taken in: from now on there are translations.</summary>
    public void ReachedEnd() => _history.ReachedEnd();

    /// <summary>Tells <paramref name="emitter"/> what the lanes stored since it was last told.</summary>
    public void Tell(OffsetSyncEmitter emitter)
    {
        foreach (var lane in _lanes.Values)
        {
            lane.Tell(emitter);
        }
    }

    /// <summary>Where a group that has committed <paramref name="offset"/> goes on on the target.</summary>
    public Translation Translate(TopicPartition lane, long offset)
    {
        if (_lanes.TryGetValue(lane, out var offsets) && offsets.Map.Translate(offset) is { } exact)
        {
            return new Translation(exact, IsExact: true);
        }

        return new Translation(_history.Translate(lane, offset) ?? -1, IsExact: false);
    }
}

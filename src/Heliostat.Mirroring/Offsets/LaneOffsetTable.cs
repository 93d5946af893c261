using System.Collections.Concurrent;
using Heliostat.MirrorClient.OffsetMaps;
using Heliostat.MirrorClient.OffsetSyncs;
using Heliostat.Mirroring.InternalTopics;
using Heliostat.Mirroring.Lanes;
using Heliostat.Mirroring.Pump;
using Heliostat.Mirroring.Tails;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Offsets;

/// <summary>
/// The offsets of all lanes of a flow. A committed offset translates exactly wherever the map reaches; before the map began, MirrorMaker
/// 2's syncs say at least where it is safe to go on.
/// </summary>
internal sealed partial class LaneOffsetTable(ILogger logger)
{
    private readonly ConcurrentDictionary<TopicPartition, LaneOffsets> _lanes = new();
    private readonly OffsetSyncStore _history = new(keepHistory: true);
    private volatile OffsetMapLoader _stored = new();

    /// <summary>
    /// Offset syncs are told of what lanes store (<see cref="Tell"/>); set before the first lane begins, and taken back where nobody asks.
    /// </summary>
    public bool TellsSyncs { get; set; }

    /// <summary>
    /// Records become visible together with their position: what an offset sync says beyond a position may be of a transaction that was
    /// aborted, as syncs are in none. Set before the first lane begins.
    /// </summary>
    public bool AreInTransactions { get; set; }

    /// <summary>The lanes of which this process knows where they stand: of others it says nothing. Null for all.</summary>
    public Func<TopicPartition, bool>? IsOurs { get; set; }

    /// <summary>All lanes that have begun.</summary>
    public IEnumerable<LaneOffsets> All => _lanes.Values;

    /// <summary>Takes in what was read of the offset-map topic.</summary>
    public void TakeMap(ReadOnlySpan<byte> key, byte[]? value) => _stored.Add(key, value);

    /// <summary>
    /// What the offset-map topic held when it was read again: it holds for all lanes but those that are this process's, as their maps grew
    /// elsewhere.
    /// </summary>
    public void Adopt(OffsetMapLoader read)
    {
        _stored = read;
        foreach (var lane in _lanes.Keys.Where(lane => IsOurs?.Invoke(lane) == false))
        {
            _lanes.TryRemove(lane, out _);
        }
    }

    /// <summary>Takes in what was read of an offset-syncs topic.</summary>
    public void TakeHistory(OffsetSync sync) => _history.Add(sync);

    /// <summary>All that the topics held is taken in: from now on there are translations.</summary>
    public void ReachedEnd() => _history.ReachedEnd();

    /// <summary>
    /// A lane begins at <paramref name="start"/> on its own: what a map of former times holds from there on will be mirrored anew.
    /// <paramref name="stored"/> is what the offsets topic holds of it, if anything.
    /// </summary>
    public void Begin(TopicPartition lane, TopicPartition target, long start, LanePosition? stored)
    {
        var map = Map(lane);
        map.TruncateFrom(start);
        _lanes[lane] = new LaneOffsets(map, target, stored, TellsSyncs);
    }

    /// <summary>
    /// A lane goes on at a position. What its map holds beyond was never confirmed; what it lacks was mirrored by MirrorMaker 2, up to
    /// <paramref name="targetEnd"/> of the target at the most.
    /// </summary>
    public void Resume(TopicPartition lane, TopicPartition target, LanePosition position, LanePosition? stored, long? targetEnd)
    {
        var map = Map(lane);
        map.TruncateFrom(position.Offset);
        map.ResumeAt(position.Offset, position.LastTargetOffset < 0 ? targetEnd : position.LastTargetOffset + 1);
        _lanes[lane] = new LaneOffsets(map, target, stored, TellsSyncs);
    }

    /// <summary>
    /// The source offset of the first mirrored record at or after an offset of the target, exactly; null where that is not known.
    /// </summary>
    public long? ToSource(TopicPartition lane, long target) =>
        Map(lane).ToSource(target) is { Precision: TranslationPrecision.Exact or TranslationPrecision.AfterLast } found
            ? found.Offset
            : null;

    /// <summary>The map of a lane as it is stored, for who only reads; null where there is none.</summary>
    public OffsetMap? MapOf(TopicPartition lane) => Map(lane) is { EndSource: > 0 } map ? map : null;

    /// <summary>What is known of a lane that is about to go on.</summary>
    public TailLane Tail(TopicPartition lane, TopicPartition target, LanePosition position) =>
        new(lane, target, position.Offset, position.LastTargetOffset)
        {
            IsUntouched = position.IsUntouched && !AreInTransactions,
            Map = Map(lane),
            Syncs = SyncsOf(lane, AreInTransactions ? position.Offset : long.MaxValue),
        };

    /// <summary>
    /// A lane goes on where comparing its tail says. What was found of it becomes part of its map; what its map holds beyond was not found
    /// on the target, and what it lacks was mirrored by somebody else, up to <paramref name="targetEnd"/> of the target at the most.
    /// </summary>
    public void Resume(TailLane lane, TailOutcome outcome, LanePosition? stored, long targetEnd)
    {
        var map = lane.Map!;
        map.TruncateFrom(Math.Min(outcome.From, outcome.Resume));
        var offsets = new LaneOffsets(map, lane.Target, stored, TellsSyncs);
        offsets.Found(outcome.Runs);
        map.ResumeAt(outcome.Resume, outcome.LastTarget < 0 ? targetEnd : outcome.LastTarget + 1);
        _lanes[lane.Source] = offsets;
    }

    /// <summary>
    /// A lane goes on at <paramref name="at"/>, and its offsets are the same on both sides from <paramref name="since"/> on.
    /// </summary>
    public void ResumeEqual(TopicPartition lane, TopicPartition target, long since, long at, LanePosition? stored)
    {
        var map = Map(lane);
        map.TruncateFrom(at);
        var offsets = new LaneOffsets(map, target, stored, TellsSyncs);
        offsets.Filled(Math.Max(map.EndSource, since), at);
        _lanes[lane] = offsets;
    }

    /// <summary>The offsets of a lane that has begun.</summary>
    public LaneOffsets Of(TopicPartition lane) => _lanes[lane];

    /// <summary>What is to be stored of the maps of <paramref name="lanes"/>, each lane's records in their order.</summary>
    public IReadOnlyList<OffsetMapRecord> Changes(LaneTable lanes)
    {
        List<OffsetMapRecord> changes = [];
        foreach (var lane in lanes.Open)
        {
            if (Of(lane.Plan.Source).Map is { HasChanges: true } map)
            {
                changes.AddRange(map.Changes());
            }
        }

        return changes;
    }

    /// <summary>
    /// The records of <paramref name="changes"/> as they are written: all of a lane in one of <paramref name="partitions"/>, so that their
    /// order holds.
    /// </summary>
    public static IEnumerable<PlacedRecord> Records(IEnumerable<OffsetMapRecord> changes, int partitions) =>
        changes.Select(change => new PlacedRecord(change.Key.PartitionAmong(partitions),
            new KeyedRecord(change.Key.Write(), change.Value)));

    /// <summary>What <see cref="Changes"/> gave is stored.</summary>
    public void Written(IReadOnlyList<OffsetMapRecord> changes)
    {
        foreach (var lane in changes.GroupBy(record => record.Key.SourcePartition))
        {
            _lanes[lane.Key].Map.Written([.. lane]);
        }
    }

    /// <summary>Tells <paramref name="emitter"/> what the lanes stored since it was last told.</summary>
    public void Tell(OffsetSyncEmitter emitter)
    {
        foreach (var lane in _lanes.Values)
        {
            lane.Tell(emitter);
        }
    }

    /// <summary>Where a group that has committed <paramref name="offset"/> goes on on the target; null where nothing is known.</summary>
    public TranslatedOffset? Translate(TopicPartition lane, long offset)
    {
        if (IsOurs?.Invoke(lane) == false)
        {
            return null;
        }

        var mapped = _lanes.TryGetValue(lane, out var offsets) ? offsets.Map.ToTarget(offset) : null;
        if (mapped is { Precision: not TranslationPrecision.AtOrBefore })
        {
            return mapped;
        }

        return _history.Translate(lane, offset) is { } synced and >= 0 && synced > (mapped?.Offset ?? -1)
            ? new TranslatedOffset(synced, TranslationPrecision.AtOrBefore)
            : mapped;
    }

    private IReadOnlyList<OffsetSync> SyncsOf(TopicPartition lane, long atMost) =>
        [.. _history.Kept(lane).Where(sync => sync.UpstreamOffset <= atMost)];

    /// <summary>The lane's map, also when it is opened again.</summary>
    private OffsetMap Map(TopicPartition lane)
    {
        if (_lanes.TryGetValue(lane, out var known))
        {
            return known.Map;
        }

        var map = _stored.Load(lane, out var problem);
        if (problem is not null)
        {
            LogDamaged(logger, problem);
        }

        return map;
    }

    [LoggerMessage(EventIds.OffsetMapDamaged, LogLevel.Warning,
        "{Problem}; what is missing is translated to the last place known before it")]
    private static partial void LogDamaged(ILogger logger, string problem);
}

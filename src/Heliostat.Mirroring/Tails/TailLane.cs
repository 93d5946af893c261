using Heliostat.MirrorClient.OffsetMaps;
using Heliostat.MirrorClient.OffsetSyncs;
using Heliostat.Mirroring.Rules;

namespace Heliostat.Mirroring.Tails;

/// <summary>A lane that is about to go on, and what is known of where it stands.</summary>
/// <param name="Source">Its source partition.</param>
/// <param name="Target">Its place on the target.</param>
/// <param name="Next">The next source offset to mirror, as stored.</param>
/// <param name="LastTarget">Where on the target the last record before it stands; -1 when that was not stored.</param>
internal sealed record TailLane(TopicPartition Source, TopicPartition Target, long Next, long LastTarget)
{
    /// <summary>It was to begin there, on a target whose log was empty: all that stands there came since.</summary>
    public bool IsUntouched { get; init; }

    /// <summary>Its offset map as it was read; null where there is none.</summary>
    public OffsetMap? Map { get; init; }

    /// <summary>What is done to its records; null where nothing is.</summary>
    public RecordRules? Rules { get; init; }

    /// <summary>The offset syncs that are known of it, the latest first.</summary>
    public IReadOnlyList<OffsetSync> Syncs { get; init; } = [];

    /// <summary>
    /// The best place to compare from: the end of the map, where that reaches beyond the stored position and agrees with it, for it holds
    /// only what the target acknowledged; the stored position; without its place on the target, what the map says of it, the beginning of a
    /// log that was empty, or what an offset sync says. Null where nothing does.
    /// </summary>
    public TailAnchor? Anchor(long end)
    {
        var stored = LastTarget >= 0 ? LastTarget + 1 : TargetOf(Map) ?? (IsUntouched ? 0 : null);
        if (stored is not { } target)
        {
            return SyncAnchor(end);
        }

        return Map is not null && EndOf(Map) is { } mapped && mapped.Source > Next && mapped.Target <= end
            && Agrees(Map, target) ? mapped : new TailAnchor(Next, target);
    }

    /// <summary>The place behind the last record before <see cref="Next"/>, where the map knows it exactly.</summary>
    private long? TargetOf(OffsetMap? map) =>
        map is not null && EndOf(map) is { } end && end.Source == Next ? end.Target
        : map?.ToTarget(Next) is { Precision: TranslationPrecision.Exact } next
            && map.ToSource(next.Offset - 1) is { Precision: TranslationPrecision.Exact } before && before.Offset < Next ? next.Offset
        : null;

    /// <summary>The map says of the stored position what is stored beside it.</summary>
    private bool Agrees(OffsetMap map, long target) =>
        map.ToSource(target - 1) is { Precision: TranslationPrecision.Exact } last && last.Offset < Next
        && map.ToSource(target) is { Precision: TranslationPrecision.Exact } next && next.Offset >= Next;

    /// <summary>The map's end, if it is a fact and not only the place where something unknown ends.</summary>
    private static TailAnchor? EndOf(OffsetMap map)
    {
        var (source, target) = (map.EndSource, map.EndTarget);
        return source > 0 && target > 0
            && map.ToTarget(source - 1) is { Precision: TranslationPrecision.Exact } last && last.Offset == target - 1
            && map.ToSource(target - 1) is { Precision: TranslationPrecision.Exact } same && same.Offset == source - 1
            ? new TailAnchor(source, target)
            : null;
    }

    /// <summary>An offset sync is exact for its own record: the newest at or before the position, else the oldest behind it.</summary>
    private TailAnchor? SyncAnchor(long end)
    {
        TailAnchor? behind = null;
        foreach (var sync in Syncs)
        {
            if (sync.DownstreamOffset >= end || sync.DownstreamOffset < 0)
            {
                continue;
            }

            if (sync.UpstreamOffset <= Next)
            {
                return new TailAnchor(sync.UpstreamOffset, sync.DownstreamOffset);
            }

            behind = new TailAnchor(sync.UpstreamOffset, sync.DownstreamOffset);
        }

        return behind;
    }
}

namespace Heliostat.MirrorClient.OffsetMaps;

/// <summary>A record to write to the offset-map topic; a null value deletes a part that is no longer true or no longer needed.</summary>
/// <param name="Key">Which part.</param>
/// <param name="Value">What it holds, or null.</param>
internal readonly record struct OffsetMapRecord(OffsetMapKey Key, byte[]? Value)
{
    /// <summary>The map's change that this record holds, for <see cref="OffsetMap.Written"/>.</summary>
    internal long Change { get; init; }
}

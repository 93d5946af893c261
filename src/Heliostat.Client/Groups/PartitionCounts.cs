namespace Heliostat.Client.Groups;

/// <summary>How many partitions topics have, according to one metadata snapshot.</summary>
/// <param name="Version">The snapshot's.</param>
/// <param name="Topics">The topics looked for.</param>
/// <param name="ByTopic">Those that exist.</param>
internal sealed record PartitionCounts(long Version, IReadOnlyCollection<string> Topics, IReadOnlyDictionary<string, int> ByTopic)
{
    public bool SameAs(PartitionCounts other) =>
        ByTopic.Count == other.ByTopic.Count && ByTopic.All(t => other.ByTopic.TryGetValue(t.Key, out var count) && count == t.Value);
}

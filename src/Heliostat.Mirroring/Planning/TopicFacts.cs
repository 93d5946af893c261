using Heliostat.Mirroring.Topics;

namespace Heliostat.Mirroring.Planning;

/// <summary>A mirrored topic as it is on the source and as it will be on the target.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Source">Its configs on the source; empty where they cannot be read.</param>
/// <param name="Target">The configs that its mirror has or would have; empty where they are not known.</param>
/// <param name="TargetPartitions">How many partitions its mirror has; 0 where it is missing.</param>
internal sealed record TopicFacts(MirroredTopic Topic, IReadOnlyDictionary<string, string?> Source,
    IReadOnlyDictionary<string, string?> Target, int TargetPartitions)
{
    /// <summary>A number among the source's configs; null where it is not known.</summary>
    public long? OfSource(string config) => Number(Source, config);

    /// <summary>A number among the target's configs; null where it is not known.</summary>
    public long? OfTarget(string config) => Number(Target, config);

    /// <summary>Whether <paramref name="policy"/> is one of the source's <c>cleanup.policy</c>; false where that is not known.</summary>
    public bool IsCleanedBy(string policy) => IsCleanedBy(Source, policy);

    /// <summary>
    /// Whether <paramref name="policy"/> is one of the <c>cleanup.policy</c> of these configs; false where that is not known.
    /// </summary>
    public static bool IsCleanedBy(IReadOnlyDictionary<string, string?> configs, string policy) =>
        configs.GetValueOrDefault("cleanup.policy")?.Split(',').Any(p => p.Trim() == policy) == true;

    private static long? Number(IReadOnlyDictionary<string, string?> configs, string config) =>
        long.TryParse(configs.GetValueOrDefault(config), System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : null;
}

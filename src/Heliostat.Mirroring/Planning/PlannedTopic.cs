namespace Heliostat.Mirroring.Planning;

/// <summary>A topic that would be created.</summary>
/// <param name="Source">Its name on the source.</param>
/// <param name="Remote">Its name on the target.</param>
/// <param name="Partitions">How many partitions it would have.</param>
/// <param name="ReplicationFactor">How many replicas; -1 is the target's default.</param>
/// <param name="Configs">What it would be created with.</param>
/// <param name="Refusal">Why the target would not; null where it would.</param>
public sealed record PlannedTopic(
    string Source, string Remote, int Partitions, int ReplicationFactor, IReadOnlyDictionary<string, string?> Configs, string? Refusal);

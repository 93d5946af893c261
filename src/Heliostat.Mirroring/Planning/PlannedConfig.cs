namespace Heliostat.Mirroring.Planning;

/// <summary>A config of a mirrored topic that would be changed.</summary>
/// <param name="Remote">The topic's name on the target.</param>
/// <param name="Config">The config; null where it concerns all of the topic's.</param>
/// <param name="From">The value there now.</param>
/// <param name="To">The value that would be set; null where it would return to the target's default.</param>
/// <param name="Refusal">Why the target would not; null where it would.</param>
public sealed record PlannedConfig(string Remote, string? Config, string? From, string? To, string? Refusal);

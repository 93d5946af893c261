namespace Heliostat.Mirroring.Topics.Configs;

/// <summary>A config of a mirrored topic that could not be read or changed.</summary>
/// <param name="Topic">The topic's name on the target.</param>
/// <param name="Config">The config's name; null when it concerns all of the topic's.</param>
/// <param name="Cause">Why, for a person.</param>
internal sealed record ConfigRefusal(string Topic, string? Config, string Cause);

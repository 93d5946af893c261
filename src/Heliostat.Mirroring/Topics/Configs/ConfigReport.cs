namespace Heliostat.Mirroring.Topics.Configs;

/// <summary>What came of a config sync.</summary>
/// <param name="Changed">The topics' names with what was changed of each; with a trial, what would have been.</param>
/// <param name="Refused">What could not be read or changed.</param>
internal sealed record ConfigReport(IReadOnlyList<(string Topic, ConfigChange Change)> Changed, IReadOnlyList<ConfigRefusal> Refused);

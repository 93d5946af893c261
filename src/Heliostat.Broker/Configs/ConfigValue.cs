namespace Heliostat.Broker.Configs;

/// <summary>A setting as DescribeConfigs shows it: the value in force, and all that were in question for it, the first being it.</summary>
internal sealed record ConfigValue(ConfigKey Key, string? Value, ConfigSource Source, bool IsReadOnly,
    IReadOnlyList<(string Name, string? Value, ConfigSource Source)> Synonyms);

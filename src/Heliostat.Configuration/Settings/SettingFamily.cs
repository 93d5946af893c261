namespace Heliostat.Configuration.Settings;

/// <summary>Keys that are known by how they begin.</summary>
/// <param name="Prefix">The beginning, for instance <c>ssl.</c>.</param>
/// <param name="NoEffect">Why such a key has no effect.</param>
public sealed record SettingFamily(string Prefix, string NoEffect);

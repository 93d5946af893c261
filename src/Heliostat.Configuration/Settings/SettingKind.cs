namespace Heliostat.Configuration.Settings;

/// <summary>How the values of a setting are written.</summary>
/// <param name="Type">Kafka's type.</param>
/// <param name="Parse">Reads a trimmed value; throws <see cref="FormatException"/> whose message completes "'x' is ...".</param>
/// <param name="Text">Writes a value as it would stand in a file.</param>
/// <param name="Allowed">The allowed values in words, or null when the type says it all.</param>
internal sealed record SettingKind<T>(SettingType Type, Func<string, T> Parse, Func<T, string> Text, string? Allowed = null);

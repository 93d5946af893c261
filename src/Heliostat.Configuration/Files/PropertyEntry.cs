namespace Heliostat.Configuration.Files;

/// <summary>A key with its value, and where it was written.</summary>
/// <param name="Key">The key, escapes resolved.</param>
/// <param name="Value">The value, escapes resolved, not trimmed.</param>
/// <param name="File">The file as the user named it, or the command line option that gave the pair.</param>
/// <param name="Line">The line the pair starts on, counted from 1; 0 when it is not from a file.</param>
public sealed record PropertyEntry(string Key, string Value, string? File, int Line)
{
    /// <summary>The same key further up in the same file, which has no effect any more; null when it is written once.</summary>
    public PropertyEntry? Earlier { get; init; }

    /// <summary>Whether a provider gave a part of the value, which is not shown then.</summary>
    public bool IsSecret { get; init; }
}

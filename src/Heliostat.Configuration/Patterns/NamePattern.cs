namespace Heliostat.Configuration.Patterns;

/// <summary>What a pattern's matches have in common, as access rules can name it: one name, or what names begin with.</summary>
/// <param name="Name">The name, or its beginning; empty for all names.</param>
/// <param name="IsPrefix">Whether more may follow.</param>
public readonly record struct NamePattern(string Name, bool IsPrefix)
{
    private const string Repeats = "*?{";
    private const string Special = "\\^$|()[]{}*+?.";

    /// <summary>
    /// Reads Java patterns, each of which may be a list of alternatives. What is not understood is all names: rather too wide than too
    /// narrow.
    /// </summary>
    public static IReadOnlyList<NamePattern> Of(IEnumerable<string> patterns)
    {
        ArgumentNullException.ThrowIfNull(patterns);
        var found = patterns.SelectMany(Alternatives).Select(Read).Distinct().ToList();
        return [.. found.Where(one => !found.Any(other => other != one && other.Covers(one)))];
    }

    /// <summary>Whether a name is one of these.</summary>
    public bool Includes(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return IsPrefix ? name.StartsWith(Name, StringComparison.Ordinal) : name == Name;
    }

    private bool Covers(NamePattern other) => IsPrefix && other.Name.StartsWith(Name, StringComparison.Ordinal);

    private static string[] Alternatives(string pattern) => pattern.AsSpan().IndexOfAny("([\\") < 0 ? pattern.Split('|') : [pattern];

    private static NamePattern Read(string pattern)
    {
        if (pattern.Contains('|', StringComparison.Ordinal) && !pattern.Contains('(', StringComparison.Ordinal))
        {
            return new NamePattern("", IsPrefix: true);
        }

        var name = "";
        for (var i = 0; i < pattern.Length; i++)
        {
            var (letter, length) = pattern[i] == '\\' && i + 1 < pattern.Length && !char.IsLetterOrDigit(pattern[i + 1])
                ? (pattern[i + 1], 2)
                : (pattern[i], 1);
            var next = i + length < pattern.Length ? pattern[i + length] : '\0';
            if (Repeats.Contains(next, StringComparison.Ordinal)
                || (length == 1 && letter != '.' && Special.Contains(letter, StringComparison.Ordinal)))
            {
                return new NamePattern(name, IsPrefix: true);
            }

            // A dot is any character, and meant as a dot by nearly all who write it between letters.
            if (next == '+' || (letter == '.' && length == 1 && next == '\0'))
            {
                return new NamePattern(letter == '.' && length == 1 ? name : name + letter, IsPrefix: true);
            }

            name += letter;
            i += length - 1;
        }

        return new NamePattern(name, IsPrefix: false);
    }
}

using System.Text.RegularExpressions;

namespace Heliostat.Mirroring.Configuration;

/// <summary>A <c>java.util.regex</c> pattern that is asked one thing: does it match a whole name.</summary>
public sealed class JavaPattern
{
    private static readonly TimeSpan MatchTimeout = TimeSpan.FromSeconds(1);

    private readonly string _pattern;
    private readonly Regex _regex;

    private JavaPattern(string pattern, Regex regex)
    {
        _pattern = pattern;
        _regex = regex;
    }

    /// <summary>Translates <paramref name="pattern"/>.</summary>
    /// <exception cref="ConfigurationException">Java would refuse the pattern, or it uses a construct that cannot be expressed here.</exception>
    public static JavaPattern Parse(string pattern)
    {
        try
        {
            return new JavaPattern(pattern, new Regex($@"\A(?:{pattern})\z", RegexOptions.CultureInvariant, MatchTimeout));
        }
        catch (RegexParseException e)
        {
            throw new ConfigurationException($"pattern '{pattern}': {e.Message}", e);
        }
    }

    /// <summary>Whether the whole of <paramref name="name"/> matches.</summary>
    public bool IsMatch(string name) => _regex.IsMatch(name);

    /// <summary>The pattern as the user wrote it.</summary>
    public override string ToString() => _pattern;
}

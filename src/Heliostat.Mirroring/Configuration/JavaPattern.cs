using System.Text.RegularExpressions;
using Heliostat.Mirroring.Configuration.Patterns;

namespace Heliostat.Mirroring.Configuration;

/// <summary>
/// A <c>java.util.regex</c> pattern that is asked one thing: does it match a whole name. It is translated for .NET; what cannot be expressed
/// exactly is refused, never read as something else.
/// </summary>
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
        var (translated, needsBacktracking) = PatternWriter.Write(PatternParser.Parse(pattern));
        return new JavaPattern(pattern, Compile(translated, needsBacktracking));
    }

    /// <summary>Whether the whole of <paramref name="name"/> matches.</summary>
    /// <exception cref="ConfigurationException">A pattern that needs backtracking took more than a second on this name.</exception>
    public bool IsMatch(string name)
    {
        try
        {
            return _regex.IsMatch(name);
        }
        catch (RegexMatchTimeoutException e)
        {
            throw new ConfigurationException($"pattern '{_pattern}' takes more than {MatchTimeout.TotalSeconds} s to match '{name}'; make it simpler", e);
        }
    }

    /// <summary>The pattern as the user wrote it.</summary>
    public override string ToString() => _pattern;

    private static Regex Compile(string translated, bool needsBacktracking)
    {
        if (!needsBacktracking)
        {
            try
            {
                return new Regex(translated, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, MatchTimeout);
            }
            catch (NotSupportedException)
            {
                // Too many states for the linear-time engine.
            }
        }

        return new Regex(translated, RegexOptions.CultureInvariant, MatchTimeout);
    }
}

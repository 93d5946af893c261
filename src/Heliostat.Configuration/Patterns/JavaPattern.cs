using System.Text.RegularExpressions;

namespace Heliostat.Configuration.Patterns;

/// <summary>
/// A <c>java.util.regex</c> pattern that is asked one thing: does it match a whole name. It is translated for .NET; what cannot be
/// expressed exactly is refused, never read as something else.
/// </summary>
public sealed class JavaPattern
{
    internal static readonly TimeSpan MatchTimeout = TimeSpan.FromSeconds(1);

    private readonly string _pattern;
    private readonly Regex _regex;
    private readonly Regex? _linear;

    private JavaPattern(string pattern, Regex regex, Regex? linear)
    {
        _pattern = pattern;
        _regex = regex;
        _linear = linear;
    }

    /// <summary>Translates <paramref name="pattern"/>.</summary>
    /// <exception cref="ConfigurationException">Java would refuse the pattern, or it uses a construct that cannot be expressed
    /// here.</exception>
    public static JavaPattern Parse(string pattern)
    {
        var (translated, linear) = PatternWriter.Write(PatternParser.Parse(pattern));
        return new JavaPattern(pattern, new Regex(translated, RegexOptions.CultureInvariant, MatchTimeout),
            linear ? Linear(translated) : null);
    }

    /// <summary>As <see cref="Parse"/>, for the reader of a setting.</summary>
    /// <exception cref="FormatException">The pattern cannot be used; the message completes "'x' ...".</exception>
    internal static JavaPattern ParseSetting(string pattern)
    {
        try
        {
            return Parse(pattern);
        }
        catch (ConfigurationException e)
        {
            throw new FormatException($"is not usable: {e.Message}", e);
        }
    }

    /// <summary>Whether the whole of <paramref name="name"/> matches.</summary>
    /// <exception cref="ConfigurationException">The pattern needs backtracking and took more than a second on this name.</exception>
    public bool IsMatch(string name) => IsMatch(name.AsSpan());

    /// <inheritdoc cref="IsMatch(string)"/>
    public bool IsMatch(ReadOnlySpan<char> name)
    {
        try
        {
            // The linear-time engine loses a line feed at the end of the input in a class of many ranges.
            return (_linear is null || name.Contains('\n') ? _regex : _linear).IsMatch(name);
        }
        catch (RegexMatchTimeoutException e)
        {
            throw Refused(name.ToString(), $"takes more than {MatchTimeout.TotalSeconds} s to match", e);
        }
        catch (IndexOutOfRangeException e)
        {
            // .NET's interpreter leaves its stack on some atomic groups around reluctant loops that can match nothing.
            throw Refused(name.ToString(), "is too entangled to match", e);
        }
    }

    /// <summary>The pattern as the user wrote it.</summary>
    public override string ToString() => _pattern;

    private ConfigurationException Refused(string name, string why, Exception cause) =>
        new($"pattern '{_pattern}' cannot be expressed here: it {why} '{name}'; make it simpler", cause);

    private static Regex? Linear(string translated)
    {
        try
        {
            return new Regex(translated, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, MatchTimeout);
        }
        catch (NotSupportedException)
        {
            // Too many states.
            return null;
        }
    }
}

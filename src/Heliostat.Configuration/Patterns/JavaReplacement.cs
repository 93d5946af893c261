using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Heliostat.Configuration.Patterns;

/// <summary>
/// Gives names that a Java pattern matches whole another name, as Connect's <c>RegexRouter</c> does: <c>Matcher.matches</c> decides, and
/// <c>Matcher.replaceFirst</c> replaces what the pattern finds first, which may be less than the whole name.
/// </summary>
public sealed class JavaReplacement
{
    private readonly JavaPattern _whole;
    private readonly Regex _search;
    private readonly string _replacement;
    private readonly IReadOnlyList<Part> _parts;

    private JavaReplacement(JavaPattern whole, Regex search, string replacement, IReadOnlyList<Part> parts)
    {
        _whole = whole;
        _search = search;
        _replacement = replacement;
        _parts = parts;
    }

    /// <summary>
    /// Reads a pattern and what takes the place of what it finds: text, <c>$1</c>, <c>${name}</c>, <c>\\</c> before a character that stands
    /// for itself.
    /// </summary>
    /// <exception cref="ConfigurationException">Java would refuse one of them, or the pattern cannot be expressed here; the message
    /// completes "'x' ...".</exception>
    public static JavaReplacement Parse(string pattern, string replacement)
    {
        ArgumentNullException.ThrowIfNull(replacement);
        var root = PatternParser.Parse(pattern, out var groups);
        return new JavaReplacement(
            JavaPattern.Parse(pattern), new Regex(PatternWriter.WriteSearch(root), RegexOptions.CultureInvariant, JavaPattern.MatchTimeout),
            replacement, Parts(replacement, groups));
    }

    /// <summary>Whether the pattern matches the whole of <paramref name="name"/>.</summary>
    public bool Matches(string name) => _whole.IsMatch(name);

    /// <summary>The new name of <paramref name="name"/>; the same where the pattern does not match it whole.</summary>
    /// <exception cref="ConfigurationException">The pattern took more than a second on this name.</exception>
    public string Of(string name)
    {
        if (!_whole.IsMatch(name))
        {
            return name;
        }

        try
        {
            return _search.Match(name) is { Success: true } found
                ? string.Concat(name.AsSpan(0, found.Index), Replaced(found), name.AsSpan(found.Index + found.Length))
                : name;
        }
        catch (RegexMatchTimeoutException e)
        {
            throw new ConfigurationException($"pattern '{_whole}' takes too long on '{name}'; make it simpler", e);
        }
    }

    /// <summary>As <c>pattern -> replacement</c>.</summary>
    public override string ToString() => $"{_whole} -> {_replacement}";

    private string Replaced(Match found)
    {
        var text = new StringBuilder();
        foreach (var part in _parts)
        {
            text.Append(part.Group is { } group ? found.Groups[group.ToString(CultureInfo.InvariantCulture)].Value : part.Text);
        }

        return text.ToString();
    }

    /// <summary><c>Matcher.appendExpandedReplacement</c>.</summary>
    private static List<Part> Parts(string replacement, PatternGroups groups)
    {
        List<Part> parts = [];
        for (var at = 0; at < replacement.Length;)
        {
            switch (replacement[at])
            {
                case '\\' when at + 1 == replacement.Length:
                    throw new ConfigurationException("ends in a backslash that stands before nothing");
                case '\\':
                    parts.Add(new Part(replacement[at + 1].ToString(), null));
                    at += 2;
                    break;
                case '$':
                    parts.Add(new Part("", Group(replacement, ref at, groups)));
                    break;
                default:
                    parts.Add(new Part(replacement[at].ToString(), null));
                    at++;
                    break;
            }
        }

        return parts;
    }

    private static int Group(string replacement, ref int at, PatternGroups groups)
    {
        if (++at == replacement.Length)
        {
            throw new ConfigurationException("ends in '$', and no group is named behind it; a '$' that stands for itself is written '\\$'");
        }

        if (replacement[at] == '{')
        {
            var end = replacement.IndexOf('}', at);
            var name = end < 0 ? replacement[at..] : replacement[(at + 1)..end];
            at = end + 1;
            return end >= 0 && groups.Names.TryGetValue(name, out var named)
                ? named
                : throw new ConfigurationException($"names group '{name}', which the pattern does not have");
        }

        if (!char.IsAsciiDigit(replacement[at]))
        {
            throw new ConfigurationException($"has '${replacement[at]}', which is no group; a '$' that stands for itself is written '\\$'");
        }

        var number = replacement[at++] - '0';
        while (at < replacement.Length && char.IsAsciiDigit(replacement[at]) && (number * 10) + replacement[at] - '0' <= groups.Count)
        {
            number = (number * 10) + replacement[at++] - '0';
        }

        return number <= groups.Count
            ? number
            : throw new ConfigurationException($"names group {number}, and the pattern has {groups.Count}");
    }

    /// <summary>Text, or what a group captured.</summary>
    private readonly record struct Part(string Text, int? Group);
}

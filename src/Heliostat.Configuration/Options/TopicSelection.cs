using Heliostat.Configuration.Patterns;

namespace Heliostat.Configuration.Options;

/// <summary>
/// Decides by name which topics are mirrored: taken when an include pattern matches the whole name and no exclude pattern does.
/// </summary>
public sealed class TopicSelection
{
    // String.trim of Java: everything up to U+0020.
    private static readonly char[] JavaTrimmed = [.. Enumerable.Range(0, 0x21).Select(c => (char)c)];

    private readonly JavaPattern? _include;
    private readonly JavaPattern? _exclude;
    private readonly bool _excludeInternalTopics;

    /// <summary>What they include is theirs, whatever the patterns say.</summary>
    private IReadOnlyList<TopicSelection> _others = [];

    /// <summary>The include patterns one by one, those that stand for themselves.</summary>
    private readonly JavaPattern[] _entries;

    private TopicSelection(JavaPattern? include, JavaPattern? exclude, bool excludeInternalTopics, IEnumerable<string> entries)
    {
        string[] written = [.. entries.Where(entry => entry.Length > 0)];
        Patterns = NamePattern.Of(written);
        _entries = [.. written.Select(ByItself).OfType<JavaPattern>()];
        _include = include;
        _exclude = exclude;
        _excludeInternalTopics = excludeInternalTopics;
    }

    /// <summary>What the include patterns can match, as access rules name it: never less than they do.</summary>
    public IReadOnlyList<NamePattern> Patterns { get; }

    /// <summary>
    /// MirrorMaker 1's <c>--include</c>: trimmed, every comma made a pipe, every space deleted, outer quotes stripped, then one Java
    /// pattern (<c>org.apache.kafka.server.util.TopicFilter.IncludeList</c>).
    /// </summary>
    /// <param name="list">The option's value as the user wrote it.</param>
    /// <param name="excludeInternalTopics">The consumer's <c>exclude.internal.topics</c>: Kafka's own two topics never match.</param>
    /// <exception cref="ConfigurationException">The pattern is not a Java pattern, or cannot be expressed here.</exception>
    public static TopicSelection FromIncludeList(string list, bool excludeInternalTopics = true) =>
        new(JavaPattern.Parse(IncludeListPattern(list)), null, excludeInternalTopics, list.Split(',').Select(IncludeListPattern));

    /// <summary>MirrorMaker 2's <c>topics</c> and <c>topics.exclude</c>: lists of Java patterns; an empty list matches nothing.</summary>
    /// <exception cref="ConfigurationException">A pattern is not a Java pattern, or cannot be expressed here.</exception>
    public static TopicSelection FromPatterns(IReadOnlyList<string> include, IReadOnlyList<string> exclude) =>
        new(Joined(include), Joined(exclude), excludeInternalTopics: false, include);

    /// <summary>The same, but for topics that one of <paramref name="others"/> includes.</summary>
    public TopicSelection Without(IReadOnlyList<TopicSelection> others)
    {
        if (others is [])
        {
            return this;
        }

        var rest = (TopicSelection)MemberwiseClone();
        rest._others = [.. _others, .. others];
        return rest;
    }

    /// <summary>Whether <paramref name="topic"/>, a name on the source, is to be mirrored.</summary>
    /// <exception cref="ConfigurationException">A pattern that needs backtracking took too long on this name.</exception>
    public bool Includes(string topic)
    {
        if (_excludeInternalTopics && topic is ("__consumer_offsets" or "__transaction_state"))
        {
            return false;
        }

        return _include is not null && _include.IsMatch(topic) && !(_exclude is not null && _exclude.IsMatch(topic))
            && !_others.Any(other => other.Includes(topic));
    }

    /// <summary>Whether an include pattern matches, whatever the exclude patterns say.</summary>
    /// <exception cref="ConfigurationException">A pattern that needs backtracking took too long on this name.</exception>
    public bool Names(string topic) => _include is not null && _include.IsMatch(topic);

    /// <summary>The include patterns that match none of <paramref name="topics"/>: written wrongly, or too early.</summary>
    /// <exception cref="ConfigurationException">A pattern that needs backtracking took too long on a name.</exception>
    public IReadOnlyList<string> Unmatched(IReadOnlyCollection<string> topics) =>
        [.. _entries.Where(entry => !topics.Any(entry.IsMatch)).Select(entry => entry.ToString())];

    /// <summary>Whether an exclude pattern matches, whatever the include patterns say.</summary>
    /// <exception cref="ConfigurationException">A pattern that needs backtracking took too long on this name.</exception>
    public bool Excludes(string topic) => _exclude is not null && _exclude.IsMatch(topic);

    /// <summary>The pattern as Java would have compiled it.</summary>
    public override string ToString() => (_exclude is null ? $"{_include}" : $"{_include} except {_exclude}")
        + string.Concat(_others.Select(other => $" but for {other}"));

    internal static string IncludeListPattern(string list)
    {
        var pattern = list.Trim(JavaTrimmed).Replace(',', '|').Replace(" ", "", StringComparison.Ordinal);
        return pattern.Trim('"', '\'');
    }

    /// <summary>Null for a part of a pattern that a comma cut through, which means nothing alone.</summary>
    private static JavaPattern? ByItself(string pattern)
    {
        try
        {
            return JavaPattern.Parse(pattern);
        }
        catch (ConfigurationException)
        {
            return null;
        }
    }

    private static JavaPattern? Joined(IReadOnlyList<string> patterns) =>
        patterns.Count == 0 ? null : JavaPattern.Parse(string.Join('|', patterns));
}

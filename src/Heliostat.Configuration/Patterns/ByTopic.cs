namespace Heliostat.Configuration.Patterns;

/// <summary>
/// Values by topic, as settings have them: <c>VALUE</c> or <c>PATTERN:VALUE</c>, several separated by commas. The first whose pattern
/// matches a topic's name on the source decides.
/// </summary>
/// <param name="otherwise">The value of topics that no rule is about.</param>
/// <param name="rules">The rules; one without a pattern is about every topic.</param>
internal sealed class ByTopic<T>(T otherwise, IReadOnlyList<(JavaPattern? Topics, T Value)> rules)
{
    /// <summary>The values that topics may have by a rule.</summary>
    public IEnumerable<T> Values => rules.Select(rule => rule.Value);

    /// <summary>The value of <paramref name="topic"/>, by its name on the source.</summary>
    public T Of(string topic)
    {
        foreach (var (topics, value) in rules)
        {
            if (topics is null || topics.IsMatch(topic))
            {
                return value;
            }
        }

        return otherwise;
    }

    /// <summary>As it is written in a file, with values written as <paramref name="written"/> does.</summary>
    public string Text(Func<T, string> written) =>
        rules.Count == 0
            ? written(otherwise)
            : string.Join(", ", rules.Select(rule => $"{(rule.Topics is null ? "" : $"{rule.Topics}:")}{written(rule.Value)}"));

    /// <summary>
    /// Reads rules, and values as <paramref name="read"/> does: what has no commas. The longest end of a rule that is a value is its value.
    /// </summary>
    /// <exception cref="FormatException">A value or a pattern that is none; the message completes "'x' ...".</exception>
    public static ByTopic<T> Parse(string text, T otherwise, Func<string, T> read) =>
        new(otherwise,
            [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(rule => Rule(rule, read))]);

    private static (JavaPattern? Topics, T Value) Rule(string rule, Func<string, T> read)
    {
        for (var colon = -1; ; colon = rule.IndexOf(':', colon + 1))
        {
            T value;
            try
            {
                value = read(rule[(colon + 1)..].Trim());
            }
            catch (FormatException) when (colon < rule.LastIndexOf(':'))
            {
                // Values may have colons, and so may patterns: what does not stand for a value belongs to the pattern.
                continue;
            }

            return (colon < 0 ? null : JavaPattern.ParseSetting(rule[..colon].Trim()), value);
        }
    }
}

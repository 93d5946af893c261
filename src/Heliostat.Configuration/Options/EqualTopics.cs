using Heliostat.Configuration.Patterns;

namespace Heliostat.Configuration.Options;

/// <summary>Which topics have the same offsets on the target as on the source: <c>heliostat.offsets</c>. The first rule whose pattern matches a topic's name on the source decides.</summary>
public sealed class EqualTopics
{
    private const string Equal = "equal";
    private const string Own = "own";

    private readonly IReadOnlyList<(JavaPattern? Topics, bool IsEqual)> _rules;

    private EqualTopics(IReadOnlyList<(JavaPattern? Topics, bool IsEqual)> rules) => _rules = rules;

    /// <summary>No topic has.</summary>
    public static EqualTopics None { get; } = new([]);

    /// <summary>Some topic may have.</summary>
    public bool Any => _rules.Any(rule => rule.IsEqual);

    /// <summary>Whether <paramref name="topic"/> has, by its name on the source.</summary>
    public bool Has(string topic) => _rules.FirstOrDefault(rule => rule.Topics is null || rule.Topics.IsMatch(topic)).IsEqual;

    /// <summary>As it is written in a file.</summary>
    public override string ToString() =>
        _rules.Count == 0 ? Own : string.Join(", ", _rules.Select(rule => $"{(rule.Topics is null ? "" : $"{rule.Topics}:")}{(rule.IsEqual ? Equal : Own)}"));

    /// <summary>Reads <c>equal</c>, <c>own</c>, or <c>PATTERN:equal</c>, several separated by commas.</summary>
    /// <exception cref="FormatException">Something else; the message completes "'x' ...".</exception>
    internal static EqualTopics Parse(string value) =>
        new([.. value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Rule)]);

    private static (JavaPattern? Topics, bool IsEqual) Rule(string rule)
    {
        // Names of topics have no colons, and neither has what stands behind them.
        var colon = rule.LastIndexOf(':');
        var word = rule[(colon + 1)..].Trim();
        if (word is not (Equal or Own))
        {
            throw new FormatException($"has '{word}' where one of {Equal}, {Own} is to be");
        }

        try
        {
            return (colon < 0 ? null : JavaPattern.Parse(rule[..colon].Trim()), word == Equal);
        }
        catch (ConfigurationException e)
        {
            throw new FormatException($"is not usable: {e.Message}", e);
        }
    }
}

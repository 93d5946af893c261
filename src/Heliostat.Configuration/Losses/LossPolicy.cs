using Heliostat.Configuration.Patterns;

namespace Heliostat.Configuration.Losses;

/// <summary>What is done about one kind of loss, by topic: the first rule whose pattern matches the topic's name on the source decides.</summary>
public sealed class LossPolicy
{
    private readonly LossAction _default;
    private readonly IReadOnlyList<(JavaPattern? Topics, LossAction Action)> _rules;

    private LossPolicy(LossAction @default, IReadOnlyList<(JavaPattern? Topics, LossAction Action)> rules)
    {
        _default = @default;
        _rules = rules;
    }

    /// <summary>What is done when nothing was asked for.</summary>
    public static LossPolicy DefaultOf(LossKind kind) => new(kind.Actions()[0], []);

    /// <summary>What is done about it in <paramref name="topic"/>.</summary>
    public LossAction Of(string topic)
    {
        foreach (var (topics, action) in _rules)
        {
            if (topics is null || topics.IsMatch(topic))
            {
                return action;
            }
        }

        return _default;
    }

    /// <summary>As it is written in a file.</summary>
    public override string ToString() =>
        _rules.Count == 0 ? _default.Name() : string.Join(", ", _rules.Select(rule => rule.Topics is null ? rule.Action.Name() : $"{rule.Topics}:{rule.Action.Name()}"));

    /// <summary>Reads <c>ACTION</c> or <c>PATTERN:ACTION</c>, several separated by commas.</summary>
    /// <exception cref="FormatException">An action that is none, or none for this kind; the message completes "'x' ...".</exception>
    internal static LossPolicy Parse(LossKind kind, string value) => new(
        kind.Actions()[0],
        [.. value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(rule => Rule(kind, rule))]);

    private static (JavaPattern? Topics, LossAction Action) Rule(LossKind kind, string rule)
    {
        // Names of topics have no colons, and neither has an action.
        var colon = rule.LastIndexOf(':');
        var word = rule[(colon + 1)..].Trim();
        foreach (var action in kind.Actions())
        {
            if (action.Name() == word)
            {
                return (colon < 0 ? null : Pattern(rule[..colon].Trim()), action);
            }
        }

        throw new FormatException($"has '{word}' where one of {string.Join(", ", kind.Actions().Select(action => action.Name()))} is to be");
    }

    private static JavaPattern Pattern(string pattern)
    {
        try
        {
            return JavaPattern.Parse(pattern);
        }
        catch (ConfigurationException e)
        {
            throw new FormatException($"is not usable: {e.Message}", e);
        }
    }
}

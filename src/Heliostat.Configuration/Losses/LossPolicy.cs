using Heliostat.Configuration.Patterns;

namespace Heliostat.Configuration.Losses;

/// <summary>
/// What is done about one kind of loss, by topic: the first rule whose pattern matches the topic's name on the source decides.
/// </summary>
public sealed class LossPolicy
{
    private readonly ByTopic<LossAction> _rules;

    private LossPolicy(ByTopic<LossAction> rules) => _rules = rules;

    /// <summary>What is done when nothing was asked for.</summary>
    public static LossPolicy DefaultOf(LossKind kind) => new(new ByTopic<LossAction>(kind.Actions()[0], []));

    /// <summary>What is done about it in <paramref name="topic"/>.</summary>
    public LossAction Of(string topic) => _rules.Of(topic);

    /// <summary>Whether it is done in some topic.</summary>
    internal bool May(LossAction action) => _rules.Values.Contains(action);

    /// <summary>As it is written in a file.</summary>
    public override string ToString() => _rules.Text(action => action.Name());

    /// <summary>Reads <c>ACTION</c> or <c>PATTERN:ACTION</c>, several separated by commas.</summary>
    /// <exception cref="FormatException">An action that is none, or none for this kind; the message completes "'x' ...".</exception>
    internal static LossPolicy Parse(LossKind kind, string value) =>
        new(ByTopic<LossAction>.Parse(value, kind.Actions()[0], word => Action(kind, word)));

    private static LossAction Action(LossKind kind, string word)
    {
        foreach (var action in kind.Actions())
        {
            if (action.Name() == word)
            {
                return action;
            }
        }

        throw new FormatException(
            $"has '{word}' where one of {string.Join(", ", kind.Actions().Select(action => action.Name()))} is to be");
    }
}

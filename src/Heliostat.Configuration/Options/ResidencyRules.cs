using Heliostat.Configuration.Patterns;

namespace Heliostat.Configuration.Options;

/// <summary>
/// From which clusters records may not be mirrored to which others: <c>heliostat.residency.deny</c>. Each rule denies, and nothing allows
/// what a rule denies.
/// </summary>
public sealed class ResidencyRules
{
    private const string Arrow = "->";

    private readonly IReadOnlyList<Rule> _rules;

    private ResidencyRules(IReadOnlyList<Rule> rules) => _rules = rules;

    /// <summary>Nothing is denied.</summary>
    public static ResidencyRules None { get; } = new([]);

    /// <summary>The labels of clusters that rules name.</summary>
    public IEnumerable<string> Labels => _rules
        .SelectMany(rule => (string[])[rule.From, rule.To]).Select(Bare).Where(label => label != "*").Distinct(StringComparer.Ordinal);

    /// <summary>As it is written in a file.</summary>
    public override string ToString() => string.Join(", ", _rules);

    /// <summary>What the rules say of a flow between clusters with these labels.</summary>
    public Residency Between(IReadOnlyCollection<string> source, IReadOnlyCollection<string> target) =>
        new([.. _rules.Where(rule => Holds(rule.From, source) && Holds(rule.To, target)).Select(rule => (rule.Topics, $"{rule}"))]);

    /// <summary>
    /// Reads <c>eu -> us</c>, <c>eu -> !eu</c>, <c>* -> us</c>, or <c>PATTERN: eu -> us</c> of topics, several separated by commas.
    /// </summary>
    /// <exception cref="FormatException">Something else; the message completes "'x' ...".</exception>
    internal static ResidencyRules Parse(string value) =>
        new([.. value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(One)]);

    private static Rule One(string text)
    {
        // Labels have no colons, and neither has what stands between them.
        var colon = text.LastIndexOf(':');
        if (text[(colon + 1)..].Split(Arrow, StringSplitOptions.TrimEntries) is not [var from, var to] || !IsEnd(from) || !IsEnd(to))
        {
            throw new FormatException(
                $"has '{text}' where LABEL -> LABEL is to be, !LABEL for clusters without it, * for any; or PATTERN: before it, of topics");
        }

        return new Rule(colon < 0 ? null : JavaPattern.ParseSetting(text[..colon].Trim()), from, to);
    }

    private static bool IsEnd(string end) =>
        end == "*" || (Bare(end) is { Length: > 0 } label && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'));

    private static string Bare(string end) => end.StartsWith('!') ? end[1..] : end;

    private static bool Holds(string end, IReadOnlyCollection<string> labels) =>
        end == "*" || labels.Contains(Bare(end)) != end.StartsWith('!');

    private sealed record Rule(JavaPattern? Topics, string From, string To)
    {
        public override string ToString() => $"{(Topics is null ? "" : $"{Topics}: ")}{From} {Arrow} {To}";
    }
}

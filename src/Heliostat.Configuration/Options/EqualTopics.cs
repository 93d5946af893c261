using Heliostat.Configuration.Patterns;

namespace Heliostat.Configuration.Options;

/// <summary>
/// Which topics have the same offsets on the target as on the source: <c>heliostat.offsets</c>. The first rule whose pattern matches a
/// topic's name on the source decides.
/// </summary>
public sealed class EqualTopics
{
    private const string Equal = "equal";
    private const string Own = "own";

    private readonly ByTopic<bool> _rules;

    private EqualTopics(ByTopic<bool> rules) => _rules = rules;

    /// <summary>No topic has.</summary>
    public static EqualTopics None { get; } = new(new ByTopic<bool>(false, []));

    /// <summary>Some topic may have.</summary>
    public bool Any => _rules.Values.Any(isEqual => isEqual);

    /// <summary>Whether <paramref name="topic"/> has, by its name on the source.</summary>
    public bool Has(string topic) => _rules.Of(topic);

    /// <summary>As it is written in a file.</summary>
    public override string ToString() => _rules.Text(isEqual => isEqual ? Equal : Own);

    /// <summary>Reads <c>equal</c>, <c>own</c>, or <c>PATTERN:equal</c>, several separated by commas.</summary>
    /// <exception cref="FormatException">Something else; the message completes "'x' ...".</exception>
    internal static EqualTopics Parse(string value) => new(ByTopic<bool>.Parse(value, otherwise: false, IsEqual));

    private static bool IsEqual(string word) =>
        word is Equal or Own ? word == Equal : throw new FormatException($"has '{word}' where one of {Equal}, {Own} is to be");
}

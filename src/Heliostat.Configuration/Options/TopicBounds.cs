using System.Globalization;
using Heliostat.Configuration.Patterns;
using Heliostat.Configuration.Transforms;

namespace Heliostat.Configuration.Options;

/// <summary>
/// Where the lanes of topics begin or end: <c>heliostat.from</c>, <c>heliostat.until</c>. The first rule whose pattern matches a topic's
/// name on the source decides.
/// </summary>
public sealed class TopicBounds
{
    /// <summary>
    /// A smaller number would be one of something else: a pattern and what is behind a colon of it read like a time of day.
    /// </summary>
    private const long SmallestNumber = 100_000_000_000;

    private static readonly long LastTime = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    private readonly ByTopic<LogBound?> _rules;

    private TopicBounds(ByTopic<LogBound?> rules) => _rules = rules;

    /// <summary>Nothing is asked for.</summary>
    public static TopicBounds None { get; } = new(new ByTopic<LogBound?>(null, []));

    /// <summary>Some topic may have a bound.</summary>
    public bool Any => _rules.Values.Any();

    /// <summary>The bound of <paramref name="topic"/>, by its name on the source; null for none.</summary>
    public LogBound? Of(string topic) => _rules.Of(topic);

    /// <summary>As it is written in a file.</summary>
    public override string ToString() => _rules.Text(bound => bound?.ToString() ?? "");

    /// <summary>Reads where lanes begin.</summary>
    /// <exception cref="FormatException">It is none; the message completes "'x' ...".</exception>
    internal static TopicBounds ParseFrom(string value) => new(ByTopic<LogBound?>.Parse(value, null,
        text => Bound(text) ?? throw new FormatException($"has '{text}' where a time such as 2026-11-01T00:00:00Z or offset:N is to be")));

    /// <summary>Reads where lanes end.</summary>
    /// <exception cref="FormatException">It is none; the message completes "'x' ...".</exception>
    internal static TopicBounds ParseUntil(string value) =>
        new(ByTopic<LogBound?>.Parse(value, null, text => text == "end" ? LogBound.End : Bound(text)
            ?? throw new FormatException($"has '{text}' where end, a time such as 2026-11-01T00:00:00Z or offset:N is to be")));

    private static LogBound? Bound(string text)
    {
        const string Offset = "offset:";
        return text.StartsWith(Offset, StringComparison.Ordinal)
            ? long.TryParse(text.AsSpan(Offset.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
                ? new LogBound(LogBoundKind.Offset, offset)
                : null
            : ConditionParser.TryTime(text, out var time) && time >= (text.Contains('-', StringComparison.Ordinal) ? 0 : SmallestNumber)
                && time <= LastTime ? new LogBound(LogBoundKind.Time, time) : null;
    }
}

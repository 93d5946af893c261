using System.Globalization;
using Heliostat.Configuration.Patterns;

namespace Heliostat.Configuration.Options;

/// <summary>
/// How old records of topics are to be when they are mirrored: <c>heliostat.delay</c>. The first rule whose pattern matches a topic's name
/// on the source decides.
/// </summary>
public sealed class TopicDelays
{
    private static readonly (char Unit, TimeSpan Length)[] Units =
        [('d', TimeSpan.FromDays(1)), ('h', TimeSpan.FromHours(1)), ('m', TimeSpan.FromMinutes(1)), ('s', TimeSpan.FromSeconds(1))];

    private static readonly (string Unit, double Factor)[] Seconds = [.. Units.Select(unit => ($"{unit.Unit}", unit.Length.TotalSeconds))];

    private static readonly TimeSpan Longest = TimeSpan.FromDays(3650);

    private readonly ByTopic<TimeSpan> _rules;

    private TopicDelays(ByTopic<TimeSpan> rules) => _rules = rules;

    /// <summary>Records go at any age.</summary>
    public static TopicDelays None { get; } = new(new ByTopic<TimeSpan>(TimeSpan.Zero, []));

    /// <summary>No topic has one.</summary>
    public bool IsNone => _rules.Values.All(delay => delay == TimeSpan.Zero);

    /// <summary>How old the records of <paramref name="topic"/> are to be, by its name on the source; zero for any age.</summary>
    public TimeSpan Of(string topic) => _rules.Of(topic);

    /// <summary>As it is written in a file.</summary>
    public override string ToString() => _rules.Text(Text);

    /// <summary>A time as a file has it: <c>90m</c>, <c>1h</c>, <c>0</c>.</summary>
    public static string Text(TimeSpan delay)
    {
        if (delay == TimeSpan.Zero)
        {
            return "0";
        }

        var (unit, length) = Array.Find(Units, unit => delay.Ticks % unit.Length.Ticks == 0);
        return length == TimeSpan.Zero
            ? string.Create(CultureInfo.InvariantCulture, $"{delay.TotalSeconds}s")
            : string.Create(CultureInfo.InvariantCulture, $"{delay / length}{unit}");
    }

    /// <summary>Reads <c>1h</c>, or <c>PATTERN:1h</c>, several separated by commas.</summary>
    /// <exception cref="FormatException">Something else; the message completes "'x' ...".</exception>
    internal static TopicDelays Parse(string value) => new(ByTopic<TimeSpan>.Parse(value, TimeSpan.Zero, Time));

    private static TimeSpan Time(string text)
    {
        if (text == "0")
        {
            return TimeSpan.Zero;
        }

        return Measure.Parse(text, Seconds) is { } seconds && seconds <= Longest.TotalSeconds
            ? TimeSpan.FromSeconds(seconds)
            : throw new FormatException($"has '{text}' where a time such as 90s, 30m, 1h or 7d is to be, of ten years at most");
    }
}

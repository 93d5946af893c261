using System.Globalization;
using Heliostat.Configuration.Patterns;
using Heliostat.Transport.Security;

namespace Heliostat.Configuration.Settings;

/// <summary>The kinds of settings: how each is read, written and bounded.</summary>
internal static class Kinds
{
    /// <summary>What the timers of the runtime take.</summary>
    private static readonly TimeSpan LongestTimer = TimeSpan.FromMilliseconds(int.MaxValue);

    private static readonly TimeSpan ShortestTimer = TimeSpan.FromMilliseconds(1);

    public static SettingKind<bool> Boolean { get; } = new(SettingType.Boolean, SettingParsers.Boolean, static v => v ? "true" : "false",
        "true or false");

    public static SettingKind<string> String { get; } = new(SettingType.String, static v => v, static v => v);

    public static SettingKind<string> Class { get; } = new(SettingType.Class, static v => v, static v => v);

    public static SettingKind<Secret> Password { get; } = new(SettingType.Password, static v => new Secret(v), static v => v.ToString());

    public static SettingKind<IReadOnlyList<string>> List { get; } = ListOf(static v => v, static v => v, "a list separated by commas");

    /// <summary>A list of Java patterns, each matching whole names; an empty list matches nothing.</summary>
    public static SettingKind<IReadOnlyList<string>> Patterns { get; } =
        new(SettingType.List, ParsePatterns, static v => string.Join(',', v), "Java patterns separated by commas");

    /// <summary>Seconds, any number of them.</summary>
    public static SettingKind<TimeSpan> Seconds { get; } =
        new(SettingType.Long, SettingParsers.Seconds, static v => Text((long)v.TotalSeconds), "seconds");

    public static SettingKind<short> Short(short min = short.MinValue, short max = short.MaxValue) =>
        new(SettingType.Short, SettingParsers.Short(min, max), static v => Text(v), Range(min, max, short.MinValue, short.MaxValue));

    public static SettingKind<int> Int(int min = int.MinValue, int max = int.MaxValue) =>
        new(SettingType.Int, SettingParsers.Int(min, max), static v => Text(v), Range(min, max, int.MinValue, int.MaxValue));

    public static SettingKind<long> Long(long min = long.MinValue) =>
        new(SettingType.Long, SettingParsers.Long(min, long.MaxValue), static v => Text(v),
            Range(min, long.MaxValue, long.MinValue, long.MaxValue));

    public static SettingKind<double> Double(double min = double.MinValue, double max = double.MaxValue) =>
        new(SettingType.Double, SettingParsers.Double(min, max), static v => v.ToString("0.0##", CultureInfo.InvariantCulture),
            min == double.MinValue ? null : string.Create(CultureInfo.InvariantCulture, $"{min} to {max}"));

    /// <summary>A duration; <paramref name="type"/> is what Kafka stores it in, which bounds it.</summary>
    public static SettingKind<TimeSpan> Milliseconds(SettingType type, long min = long.MinValue)
    {
        var (least, most) = type == SettingType.Int ? (int.MinValue, int.MaxValue) : (long.MinValue, long.MaxValue);
        return new(
            type, SettingParsers.Milliseconds(Math.Max(min, least), most), static v => Text((long)v.TotalMilliseconds),
            min <= least ? "milliseconds" : $"milliseconds, {Text(min)} or more");
    }

    /// <summary>A duration that a timer waits for: Kafka takes any number, a timer not quite.</summary>
    public static SettingKind<TimeSpan> Timer(SettingType type, long min = 0)
    {
        var kind = Milliseconds(type, min);
        return kind with
        {
            Parse = value => kind.Parse(value) is var asked && asked < ShortestTimer ? ShortestTimer
            : asked > LongestTimer ? LongestTimer
            : asked
        };
    }

    /// <summary>As <see cref="Timer"/>, where a negative number means never.</summary>
    public static SettingKind<TimeSpan> TimerOrNever(SettingType type)
    {
        var (kind, timer) = (Milliseconds(type), Timer(type, long.MinValue));
        return kind with { Parse = value => kind.Parse(value) < TimeSpan.Zero ? Timeout.InfiniteTimeSpan : timer.Parse(value) };
    }

    /// <summary>As <see cref="Milliseconds"/>, where the largest integer means no limit.</summary>
    public static SettingKind<TimeSpan> TimeOrNoLimit()
    {
        var kind = Milliseconds(SettingType.Int, 0);
        return kind with
        {
            Parse = value => kind.Parse(value) is var asked && asked.TotalMilliseconds >= int.MaxValue ? Timeout.InfiniteTimeSpan : asked,
            Text = static v => v == Timeout.InfiniteTimeSpan ? Text(int.MaxValue) : Text((long)v.TotalMilliseconds),
        };
    }

    /// <summary>One of a few words; of several words for a value the first one is written.</summary>
    public static SettingKind<T> OneOf<T>(bool ignoreCase, params (string Word, T Value)[] words) => new(
        SettingType.String, SettingParsers.OneOf(ignoreCase, words), v => Array.Find(words, w => Equals(w.Value, v)).Word,
        string.Join(", ", words.Select(w => w.Word)));

    /// <summary><paramref name="kind"/>, where words of older versions are named with the one that took their place.</summary>
    public static SettingKind<T> Formerly<T>(SettingKind<T> kind, string version, params (string Then, string Now)[] words) => kind with
    {
        Parse = value => Array.Find(words, word => word.Then.Equals(value, StringComparison.OrdinalIgnoreCase)) is { Then: not null } former
            ? throw new FormatException($"is the word of Kafka {version}: write '{former.Now}'")
            : kind.Parse(value),
    };

    public static SettingKind<IReadOnlyList<T>> ListOf<T>(Func<string, T> element, Func<T, string> text, string allowed) => new(
        SettingType.List, value => [.. SettingParsers.List(value).Select(element)], v => string.Join(',', v.Select(text)), allowed);

    /// <summary>As <see cref="ListOf"/>, where empty entries are skipped.</summary>
    public static SettingKind<IReadOnlyList<T>> ListOfSome<T>(Func<string, T> element, Func<T, string> text, string allowed) =>
        ListOf(element, text, allowed) with
        {
            Parse = value => SettingParsers.List(value).Where(entry => entry.Length > 0).Select(element).ToArray() is var some
                && (some.Length > 0 || value.Length == 0)
                ? some : throw new FormatException("has no entry"),
        };

    /// <summary>One of Kafka's classes that Heliostat stands in for; any other class would be Java code that cannot run here.</summary>
    public static SettingKind<T> ClassOf<T>(params (string Class, T Value)[] classes)
    {
        var allowed = string.Join(", ", classes.Select(c => c.Class));
        return new(
            SettingType.Class,
            value => Array.Find(classes, c => c.Class == value) is { Class: not null } found ? found.Value
                : throw new FormatException($"cannot be used: Java classes cannot be loaded; known here: {allowed}"),
            v => Array.Find(classes, c => Equals(c.Value, v)).Class, allowed);
    }

    private static IReadOnlyList<string> ParsePatterns(string value)
    {
        var patterns = SettingParsers.List(value);
        if (patterns.Count > 0)
        {
            JavaPattern.ParseSetting(string.Join('|', patterns));
        }

        return patterns;
    }

    private static string? Range(long min, long max, long least, long most) =>
        max != most ? $"{Text(min)} to {Text(max)}" : min == least ? null : $"{Text(min)} or more";

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}

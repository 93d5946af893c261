using System.Globalization;
using System.Text.RegularExpressions;

namespace Heliostat.Configuration.Settings;

/// <summary>Reads trimmed values as <c>ConfigDef.parseType</c> and its validators do.</summary>
internal static partial class SettingParsers
{
    public static bool Boolean(string value) =>
        value.Equals("true", StringComparison.OrdinalIgnoreCase) ? true
        : value.Equals("false", StringComparison.OrdinalIgnoreCase) ? false
        : throw new FormatException("is neither true nor false");

    public static Func<string, short> Short(short min, short max) => value => (short)Whole(value, min, max, short.MaxValue);

    public static Func<string, int> Int(int min, int max) => value => (int)Whole(value, min, max, int.MaxValue);

    public static Func<string, long> Long(long min, long max) => value => Whole(value, min, max, long.MaxValue);

    public static Func<string, double> Double(double min, double max) => value =>
        !double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture,
            out var number) ? throw new FormatException("is not a number")
        : number < min || number > max
            ? throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"is not between {min} and {max}"))
        : number;

    /// <summary>The longest time that a timer takes, some 49 days.</summary>
    private const long LongestMs = uint.MaxValue - 1;

    /// <summary>Milliseconds; what is too long for a timer becomes the longest it takes.</summary>
    public static Func<string, TimeSpan> Milliseconds(long min, long max) =>
        value => Span(Whole(value, min, max, max), TimeSpan.TicksPerMillisecond);

    /// <summary>Seconds, any number of them; what is too long for a timer becomes the longest it takes.</summary>
    public static TimeSpan Seconds(string value) =>
        Span(Whole(value, long.MinValue, long.MaxValue, long.MaxValue), TimeSpan.TicksPerSecond);

    public static IReadOnlyList<string> List(string value) => value.Length == 0 ? [] : CommaWithBlanks.Split(value);

    /// <summary>One of a few words; <paramref name="ignoreCase"/> as Kafka does for that setting.</summary>
    public static Func<string, T> OneOf<T>(bool ignoreCase, params (string Word, T Value)[] words) => value =>
    {
        foreach (var (word, result) in words)
        {
            if (word.Equals(value, ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal))
            {
                return result;
            }
        }

        throw new FormatException($"is not one of {string.Join(", ", words.Select(w => w.Word.Length == 0 ? "nothing" : w.Word))}");
    };

    private static long Whole(string value, long min, long max, long typeMax)
    {
        if (!Int128.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            throw new FormatException("is not a whole number");
        }

        return number >= min && number <= max ? (long)number
            : throw new FormatException(max == typeMax && number < min ? $"is less than {Text(min)}"
                : min == long.MinValue || min == -typeMax - 1 ? $"is more than {Text(max)}"
                : $"is not between {Text(min)} and {Text(max)}");
    }

    private static TimeSpan Span(long count, long ticks)
    {
        var longest = LongestMs * TimeSpan.TicksPerMillisecond / ticks;
        return TimeSpan.FromTicks(Math.Clamp(count, -longest, longest) * ticks);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\s*,\s*")]
    private static partial Regex CommaWithBlanks { get; }
}

using System.Globalization;
using System.Text;

namespace Heliostat.Configuration.Patterns;

/// <summary>
/// Writes and reads times as <c>java.text.SimpleDateFormat</c> does, leniently, in UTC and with English names: the letters y M L d H k h K
/// m s S a E z Z X, quotes and other characters. Weeks, eras and numbers of days are refused, and times before October 15 of 1582, where
/// Java counts in the Julian calendar. A year of two digits is one of 1950 to 2049; Java's depends on the day.
/// </summary>
public sealed class JavaDateFormat
{
    private const string Letters = "yMLdHkhKmsSaEzZX";

    private readonly string _pattern;
    private readonly Part[] _parts;

    private JavaDateFormat(string pattern, Part[] parts)
    {
        _pattern = pattern;
        _parts = parts;
    }

    /// <summary>Reads a pattern.</summary>
    /// <exception cref="FormatException">It is none, or has a letter that is not known here; the message completes "'x' ...".</exception>
    public static JavaDateFormat Parse(string pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        List<Part> parts = [];
        for (var at = 0; at < pattern.Length;)
        {
            var letter = pattern[at];
            if (!char.IsAsciiLetter(letter))
            {
                parts.Add(new Part('\0', 0, Literal(pattern, ref at)));
                continue;
            }

            var count = pattern.AsSpan(at).IndexOfAnyExcept(letter) is >= 0 and var end ? end : pattern.Length - at;
            parts.Add(new Part(letter, Known(letter, count), ""));
            at += count;
        }

        return new JavaDateFormat(pattern, [.. parts]);
    }

    /// <summary>A time as text; null for one that is not counted in the Gregorian calendar, or is after the year 9999.</summary>
    /// <param name="time">Milliseconds since the epoch.</param>
    public string? Write(long time)
    {
        if (!JavaDateFields.IsKnown(time))
        {
            return null;
        }

        var text = new StringBuilder();
        var moment = DateTimeOffset.FromUnixTimeMilliseconds(time).UtcDateTime;
        foreach (var part in _parts)
        {
            text.Append(part.Letter == '\0' ? part.Text : Field(part, moment));
        }

        return text.ToString();
    }

    /// <summary>Reads a time, from the beginning of a text; what follows is not looked at, as by Java. False where it is none.</summary>
    /// <param name="text">The text.</param>
    /// <param name="time">Milliseconds since the epoch.</param>
    public bool TryRead(ReadOnlySpan<char> text, out long time)
    {
        time = 0;
        var fields = new JavaDateFields(text);
        for (var i = 0; i < _parts.Length; i++)
        {
            var part = _parts[i];
            var isFollowed = i + 1 < _parts.Length && _parts[i + 1].Letter != '\0';
            if (!(part.Letter == '\0' ? fields.Literal(part.Text) : fields.Field(part.Letter, part.Count, isFollowed)))
            {
                return false;
            }
        }

        return fields.TryTime(out time);
    }

    /// <summary>The pattern.</summary>
    public override string ToString() => _pattern;

    private static string Literal(string pattern, ref int at)
    {
        var text = new StringBuilder();
        var isQuoted = false;
        for (; at < pattern.Length && (isQuoted || !char.IsAsciiLetter(pattern[at])); at++)
        {
            if (pattern[at] != '\'')
            {
                text.Append(pattern[at]);
            }
            else if (at + 1 < pattern.Length && pattern[at + 1] == '\'')
            {
                text.Append(pattern[at++]);
            }
            else
            {
                isQuoted = !isQuoted;
            }
        }

        return isQuoted ? throw new FormatException("has a quote that does not end") : text.ToString();
    }

    private static int Known(char letter, int count) =>
        !Letters.Contains(letter,
            StringComparison.Ordinal) ? throw new FormatException(
                $"has the letter '{letter}', which is not known here: of Java's SimpleDateFormat there are "
                    + $"{string.Join(' ', Letters.ToCharArray())}; other text stands in quotes")
        : (letter == 'X' && count > 3)
            || (letter == 'z' && count > 3) ? throw new FormatException($"has '{new string(letter, count)}': three at most")
        : count > 9 ? throw new FormatException($"has '{letter}' more than nine times")
        : count;

    private static string Field(in Part part, DateTime time) => part.Letter switch
    {
        'y' => part.Count == 2 ? Digits(time.Year % 100, 2) : Digits(time.Year, part.Count),
        'M' or 'L' => part.Count > 3 ? Names.GetMonthName(time.Month)
            : part.Count == 3 ? Names.GetAbbreviatedMonthName(time.Month)
            : Digits(time.Month, part.Count),
        'd' => Digits(time.Day, part.Count),
        'H' => Digits(time.Hour, part.Count),
        'k' => Digits(time.Hour == 0 ? 24 : time.Hour, part.Count),
        'h' => Digits(time.Hour % 12 == 0 ? 12 : time.Hour % 12, part.Count),
        'K' => Digits(time.Hour % 12, part.Count),
        'm' => Digits(time.Minute, part.Count),
        's' => Digits(time.Second, part.Count),
        'S' => Digits(time.Millisecond, part.Count),
        'a' => time.Hour < 12 ? "AM" : "PM",
        'E' => part.Count > 3 ? Names.GetDayName(time.DayOfWeek) : Names.GetAbbreviatedDayName(time.DayOfWeek),
        'z' => "UTC",
        'Z' => "+0000",
        _ => "Z",
    };

    private static DateTimeFormatInfo Names => DateTimeFormatInfo.InvariantInfo;

    private static string Digits(int number, int count) => number.ToString($"D{count}", CultureInfo.InvariantCulture);

    /// <summary>A field, or text where <paramref name="Letter"/> is none.</summary>
    private readonly record struct Part(char Letter, int Count, string Text);
}

using System.Globalization;

namespace Heliostat.Configuration.Options;

/// <summary>
/// When a flow mirrors: <c>heliostat.window</c>. Windows of the day, by the clock of a time zone and its rules of summer time.
/// </summary>
public sealed class TimeWindows
{
    private const int MinutesADay = 24 * 60;

    private static readonly string[] Days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    private readonly Window[] _windows;
    private readonly string _written;

    private TimeWindows(Window[] windows, string written)
    {
        _windows = windows;
        _written = written;
    }

    /// <summary>Whether it mirrors at this time.</summary>
    public bool IsOpen(DateTimeOffset at)
    {
        foreach (var window in _windows)
        {
            if (window.IsOpen(at))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// When it mirrors next: <paramref name="from"/> where it does now, else the beginning of the minute in which a window opens.
    /// </summary>
    public DateTimeOffset OpensAt(DateTimeOffset from)
    {
        var last = from.AddDays(9);
        var at = from;
        while (at < last && !IsOpen(at))
        {
            var minute = DateTimeOffset.FromUnixTimeSeconds(((at.ToUnixTimeSeconds() / 60) + 1) * 60);
            at = _windows.Min(window => window.Next(minute));
        }

        return at;
    }

    /// <summary>As it is written in a file.</summary>
    public override string ToString() => _written;

    /// <summary>Reads <c>[DAY[-DAY]] HH:MM-HH:MM [ZONE]</c>, several separated by commas; null for none.</summary>
    /// <exception cref="FormatException">Something else; the message completes "'x' ...".</exception>
    internal static TimeWindows? Parse(string value)
    {
        Window[] windows = [.. value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(One)];
        return windows.Length == 0 ? null : new TimeWindows(windows, value.Trim());
    }

    private static Window One(string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var days = char.IsAsciiLetter(words[0][0]) ? DaysOf(words[0]) : null;
        var rest = words[(days is null ? 0 : 1)..];
        if (rest.Length is 0 or > 2 || rest[0].Split('-') is not [var from, var until])
        {
            throw new FormatException(
                $"has '{text}' where a window such as 22:00-06:00, mon-fri 22:00-06:00 or 22:00-06:00 Europe/Berlin is to be");
        }

        var zone = TimeZoneInfo.Utc;
        if (rest.Length == 2 && !TimeZoneInfo.TryFindSystemTimeZoneById(rest[1], out zone))
        {
            throw new FormatException($"has the time zone '{rest[1]}', which this machine does not know");
        }

        return new Window(days ?? Enumerable.Repeat(true, 7).ToArray(), Minute(from), Minute(until), zone);
    }

    private static bool[] DaysOf(string text)
    {
        var ends = text.Split('-').Select(day => Array.IndexOf(Days, day.ToLowerInvariant())).ToArray();
        if (ends.Length > 2 || ends.Contains(-1))
        {
            throw new FormatException($"has '{text}' where a day such as mon, or days such as mon-fri, are to be");
        }

        var days = new bool[7];
        for (var day = ends[0]; ; day = (day + 1) % 7)
        {
            days[day] = true;
            if (day == ends[^1])
            {
                return days;
            }
        }
    }

    private static int Minute(string text) =>
        text == "24:00" ? MinutesADay
        : TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? (time.Hour * 60) + time.Minute
        : throw new FormatException($"has '{text}' where a time of day such as 06:00 is to be");

    /// <summary>A window that begins on some days; one that does not end behind its beginning ends on the next day.</summary>
    private sealed record Window(bool[] Days, int From, int Until, TimeZoneInfo Zone)
    {
        public bool IsOpen(DateTimeOffset at)
        {
            var local = TimeZoneInfo.ConvertTime(at, Zone);
            var (minute, today) = ((local.Hour * 60) + local.Minute, (int)local.DayOfWeek);
            return Until > From ? Days[today] && minute >= From && minute < Until
                : (Days[today] && minute >= From) || (Days[(today + 6) % 7] && minute < Until);
        }

        /// <summary>
        /// The next time that it may open, not before the full minute <paramref name="at"/>: where clocks are put on or back until then,
        /// that minute itself.
        /// </summary>
        public DateTimeOffset Next(DateTimeOffset at)
        {
            var local = TimeZoneInfo.ConvertTime(at, Zone);
            var next = at.AddMinutes((From - (local.Hour * 60) - local.Minute + MinutesADay) % MinutesADay);
            return Zone.GetUtcOffset(next) == local.Offset ? next : at;
        }
    }
}

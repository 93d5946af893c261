using System.Globalization;

namespace Heliostat.Configuration.Patterns;

/// <summary>
/// The fields of a time as they are read from a text one after the other, by the rules of <c>SimpleDateFormat.subParse</c>; what is not
/// read is that of the epoch.
/// </summary>
internal ref struct JavaDateFields(ReadOnlySpan<char> text)
{
    private const int MostDigits = 9;

    private static readonly long First = new DateTimeOffset(1582, 10, 15, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
    private static readonly long Last = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    private ReadOnlySpan<char> _text = text;
    private long _year = 1970;
    private long _month = 1;
    private long _day = 1;
    private long? _hour;
    private long _halfHour;
    private bool _isAfternoon;
    private long _minute;
    private long _second;
    private long _millisecond;
    private long _offset;

    /// <summary>Whether a time is counted as it is here.</summary>
    public static bool IsKnown(long time) => time >= First && time <= Last;

    /// <summary>These characters.</summary>
    public bool Literal(string characters)
    {
        var isThere = _text.StartsWith(characters, StringComparison.Ordinal);
        _text = isThere ? _text[characters.Length..] : _text;
        return isThere;
    }

    /// <summary>A field, with blanks before it. One that another one follows takes no more digits than there are letters.</summary>
    public bool Field(char letter, int count, bool isFollowed)
    {
        _text = _text.TrimStart(" \t");
        return letter switch
        {
            'M' or 'L' when count > 2 => Month(),
            'E' => Name(DateTimeFormatInfo.InvariantInfo.DayNames, DateTimeFormatInfo.InvariantInfo.AbbreviatedDayNames) >= 0,
            'a' => Half(),
            'z' or 'Z' or 'X' => Zone(letter, count),
            _ => Number(isFollowed ? count : MostDigits, out var number, out var digits) && Take(letter, count, number, digits),
        };
    }

    /// <summary>The time that the fields come to: a month 13 is the first of the next year.</summary>
    public readonly bool TryTime(out long time)
    {
        time = 0;
        var months = (_year * 12) + _month - 1;
        if (months is < 1582 * 12 or >= 10_000 * 12)
        {
            return false;
        }

        var hour = _hour ?? (_halfHour + (_isAfternoon ? 12 : 0));
        var start = new DateTimeOffset((int)(months / 12), (int)(months % 12) + 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
        time = start + ((((((((_day - 1) * 24) + hour) * 60) + _minute - _offset) * 60) + _second) * 1000) + _millisecond;
        return IsKnown(time);
    }

    private bool Take(char letter, int count, long number, int digits)
    {
        switch (letter)
        {
            case 'y':
                _year = count <= 2 && digits == 2 ? number + (number < 50 ? 2000 : 1900) : number;
                break;
            case 'M' or 'L':
                _month = number;
                break;
            case 'd':
                _day = number;
                break;
            case 'H' or 'k':
                _hour = letter == 'k' && number == 24 ? 0 : number;
                break;
            case 'h' or 'K':
                _halfHour = letter == 'h' && number == 12 ? 0 : number;
                break;
            case 'm':
                _minute = number;
                break;
            case 's':
                _second = number;
                break;
            default:
                _millisecond = number;
                break;
        }

        return true;
    }

    private bool Number(int most, out long number, out int digits)
    {
        number = 0;
        digits = 0;
        while (digits < _text.Length && digits < most && char.IsAsciiDigit(_text[digits]))
        {
            number = (number * 10) + (_text[digits++] - '0');
        }

        var isWhole = most < MostDigits || digits == _text.Length || !char.IsAsciiDigit(_text[digits]);
        _text = _text[digits..];
        return digits > 0 && isWhole;
    }

    private bool Month()
    {
        var month = Name(DateTimeFormatInfo.InvariantInfo.MonthNames, DateTimeFormatInfo.InvariantInfo.AbbreviatedMonthNames);
        _month = month + 1;
        return month >= 0;
    }

    private bool Half()
    {
        var half = Name(["AM", "PM"], []);
        _isAfternoon = half == 1;
        return half >= 0;
    }

    /// <summary>The place of the name that comes next, the long one before the short one; -1 for none.</summary>
    private int Name(string[] names, string[] shorter)
    {
        for (var i = 0; i < names.Length; i++)
        {
            if (names[i].Length > 0 && _text.StartsWith(names[i], StringComparison.OrdinalIgnoreCase))
            {
                _text = _text[names[i].Length..];
                return i;
            }
        }

        return shorter.Length == 0 ? -1 : Name(shorter, []);
    }

    /// <summary>UTC, or hours and minutes east of it. Zones by other names are not known.</summary>
    private bool Zone(char letter, int count)
    {
        if (letter == 'X' ? Literal("Z") : Name(["UTC", "GMT"], []) >= 0)
        {
            return letter == 'X' || _text.Length == 0 || _text[0] is not ('+' or '-');
        }

        var sign = Literal("+") ? 1 : Literal("-") ? -1 : 0;
        if (sign == 0 || !Number(2, out var hours, out var digits) || digits < 2)
        {
            return false;
        }

        var minutes = 0L;
        if ((letter != 'X' || count > 1)
            && !((letter != 'X' || count < 3 || Literal(":")) && Number(2, out minutes, out digits) && digits == 2))
        {
            return false;
        }

        _offset = sign * ((hours * 60) + minutes);
        return true;
    }
}

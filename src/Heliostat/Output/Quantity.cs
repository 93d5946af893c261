using System.Globalization;

namespace Heliostat.Output;

/// <summary>Amounts as people say them.</summary>
internal static class Quantity
{
    private static readonly string[] Units = ["bytes", "KB", "MB", "GB", "TB", "PB"];

    /// <summary>Bytes with three digits: <c>1.23 GB</c>, by powers of 1000.</summary>
    public static string Bytes(double bytes)
    {
        var unit = 0;
        while (bytes >= 999.5 && unit < Units.Length - 1)
        {
            bytes /= 1000;
            unit++;
        }

        return string.Create(CultureInfo.InvariantCulture,
            $"{bytes.ToString(unit == 0 || bytes >= 99.95 ? "0" : bytes >= 9.995 ? "0.0" : "0.00", CultureInfo.InvariantCulture)} "
                + $"{Units[unit]}");
    }

    /// <summary>A time with two units at most: <c>2 h 5 min</c>.</summary>
    public static string Time(double seconds) => seconds switch
    {
        < 1 => "a second",
        < 120 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0} s"),
        < 7_200 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:0} min"),
        < 172_800 => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(seconds / 3600):0} h {Math.Floor(seconds / 60) % 60:0} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(seconds / 86_400):#,0} d {Math.Floor(seconds / 3600) % 24:0} h"),
    };
}

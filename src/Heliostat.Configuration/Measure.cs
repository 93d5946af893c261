using System.Globalization;

namespace Heliostat.Configuration;

/// <summary>Amounts as people write them: a number and a unit behind it, <c>1.5h</c>, <c>64K</c>.</summary>
public static class Measure
{
    /// <summary>Units of bytes, by powers of 1024; none for bytes themselves.</summary>
    public static IReadOnlyList<(string Unit, double Factor)> Sizes { get; } = [("", 1), ("K", 1024), ("M", 1024 * 1024),
        ("G", 1024 * 1024 * 1024)];

    /// <summary>So many of the smallest unit, never less than 0; null for what is no amount.</summary>
    /// <param name="text">What was written.</param>
    /// <param name="units">What may stand behind the number, each with how much it is; an empty one where nothing may.</param>
    /// <param name="letters">Whether the case of a unit's letters counts.</param>
    public static double? Parse(string text, IReadOnlyList<(string Unit, double Factor)> units,
        StringComparison letters = StringComparison.Ordinal)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (unit, factor) = units
            .Where(unit => text.EndsWith(unit.Unit, letters)).OrderByDescending(unit => unit.Unit.Length).FirstOrDefault();
        return unit is not null && double.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture, out var number)
            ? number * factor
            : null;
    }
}

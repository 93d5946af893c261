using System.CommandLine.Parsing;
using System.Globalization;
using Heliostat.Configuration;

namespace Heliostat.Commands;

/// <summary>
/// Numbers, durations and sizes as people write them: <c>500ms</c>, <c>30s</c>, <c>5m</c>; <c>64K</c>, <c>128M</c>, <c>1G</c>.
/// </summary>
internal static class Amount
{
    /// <summary>1000 hours; timers take little more.</summary>
    private const double LongestMs = 1000 * 3_600_000.0;

    private const double MostBytes = long.MaxValue / 2;

    private static readonly (string Unit, double Factor)[] Durations = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000)];

    /// <summary>A parser of System.CommandLine for an option that takes a duration.</summary>
    public static TimeSpan? Duration(ArgumentResult result) =>
        Parse(result, Durations, LongestMs, "a duration such as 500ms, 30s or 5m, of at most 1000h") is { } milliseconds
            ? TimeSpan.FromMilliseconds(milliseconds)
            : null;

    /// <summary>A duration that is part of an argument.</summary>
    public static bool TryDuration(string text, out TimeSpan duration)
    {
        var milliseconds = Parse(text, Durations, LongestMs);
        duration = TimeSpan.FromMilliseconds(milliseconds ?? 0);
        return milliseconds is not null;
    }

    /// <summary>A parser of System.CommandLine for an option that takes a number of bytes.</summary>
    public static long? Bytes(ArgumentResult result) =>
        (long?)Parse(result, Measure.Sizes, MostBytes, "a size such as 65536, 64K, 128M or 1G");

    /// <summary>A parser of System.CommandLine for an option that takes a point in time; of one without a zone, UTC.</summary>
    public static DateTimeOffset? Moment(ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment))
        {
            return moment;
        }

        result.AddError($"{Name(result)}: '{text}' is not a time such as 2026-11-30T00:00Z");
        return null;
    }

    /// <summary>A parser of System.CommandLine for an option that takes a whole number.</summary>
    public static int Whole(ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            result.AddError($"{Name(result)}: '{text}' is not a whole number");
        }

        return number;
    }

    /// <summary>A parser of System.CommandLine for an option that counts something there must be.</summary>
    public static int Count(ArgumentResult result)
    {
        var number = Whole(result);
        if (number < 1 && !result.Errors.Any())
        {
            result.AddError($"{Name(result)}: {number} is less than 1");
        }

        return number;
    }

    /// <summary>A validator of System.CommandLine for an option that takes true or false in any case.</summary>
    public static void Truth(OptionResult result)
    {
        if (result.Tokens.Count == 1 && !bool.TryParse(result.Tokens[0].Value, out _))
        {
            result.AddError($"{result.Option.Name}: '{result.Tokens[0].Value}' is neither true nor false");
        }
    }

    private static string Name(ArgumentResult result) => result.Parent is OptionResult option ? option.Option.Name : result.Argument.Name;

    private static double? Parse(ArgumentResult result, IReadOnlyList<(string Unit, double Factor)> units, double most, string allowed)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (Parse(text, units, most) is { } number)
        {
            return number;
        }

        result.AddError($"{Name(result)}: '{text}' is not {allowed}");
        return null;
    }

    private static double? Parse(string text, IReadOnlyList<(string Unit, double Factor)> units, double most) =>
        Measure.Parse(text, units, StringComparison.OrdinalIgnoreCase) is >= 1 and var amount && amount <= most ? amount : null;
}

using System.Globalization;
using Heliostat.Mirroring.Flows;

namespace Heliostat.Output;

/// <summary>A snapshot of lanes in words.</summary>
internal static class ProgressText
{
    private const string Between = " | ";

    /// <summary>A cause of less room than this says nothing.</summary>
    private const int ShortestCause = 24;

    private const int MostNamed = 5;

    /// <summary>
    /// One line of at most <paramref name="width"/> characters: what matters most comes first, and what does not fit is left out whole.
    /// </summary>
    /// <param name="whose">What the lanes belong to; null where that is plain.</param>
    /// <param name="s">What they do.</param>
    /// <param name="trouble">What else stands still than lanes; null for nothing.</param>
    /// <param name="width">Characters that fit.</param>
    public static string Live(string? whose, MirrorSnapshot s, string? trouble, int width)
    {
        var cause = trouble ?? Cause(s);
        string?[] parts =
        [
            whose,
            $"{Counted.Of(s.RunningLanes, "lane")}{Still(s.HaltedLanes, "HALTED")}{Still(s.Paused.Count - s.HaltedLanes, "PAUSED")}",
            s.Filling?.ToString(),
            $"lag {Lag(s)}",
            string.Create(CultureInfo.InvariantCulture, $"{s.RecordsPerSecond:#,0} records/s"),
            $"{Quantity.Bytes(s.BytesPerSecond)}/s",
            $"{Counted.Of(s.Records, "record")}, {Quantity.Bytes(s.Bytes)}",
        ];
        var line = "";
        foreach (var part in parts.OfType<string>())
        {
            // Of a trouble at least its beginning is to be seen.
            var room = width - (cause is null || line.Length == 0 ? 0 : Between.Length + ShortestCause);
            var longer = line.Length == 0 ? part : line + Between + part;
            if (longer.Length > room)
            {
                break;
            }

            line = longer;
        }

        return cause is null ? line : WrappedText.Fit($"{line}{Between}{cause}", width);
    }

    public static string Fields(MirrorSnapshot s, string? trouble)
    {
        var cause = trouble ?? Cause(s);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"lanes={s.Lanes} running={s.RunningLanes} paused={s.Paused.Count - s.HaltedLanes}{HaltedField(s)} records={s.Records} bytes="
                + $"{s.Bytes} records_per_s={s.RecordsPerSecond:0} mb_per_s={s.BytesPerSecond / 1e6:0.0} lag={LagField(s)}"
                + $"{(s.Filling is { } filling ? $" filling=\"{filling}\"" : "")}"
                + $"{(cause is null ? "" : $" cause=\"{cause.Replace('"', '\'')}\"")}");
    }

    /// <summary>Which lanes are halted, the first few by name; nothing where none is.</summary>
    private static string HaltedField(MirrorSnapshot s)
    {
        if (s.HaltedLanes == 0)
        {
            return " halted=0";
        }

        var names = s.Paused.Where(lane => lane.RetryAt is null).Take(MostNamed).Select(lane => $"{lane.Topic}-{lane.Partition}");
        return string.Create(CultureInfo.InvariantCulture,
            $" halted={s.HaltedLanes} halted_lanes={string.Join(',', names)}{(s.HaltedLanes > MostNamed ? ",..." : "")}");
    }

    public static string Totals(MirrorSnapshot s) => string.Create(CultureInfo.InvariantCulture, $"records={s.Records} bytes={s.Bytes}");

    /// <summary>Why a lane stands still: one that somebody must act for before those that are tried again by themselves.</summary>
    private static string? Cause(MirrorSnapshot s) => s.Paused.OrderBy(lane => lane.RetryAt is not null).FirstOrDefault()?.Cause;

    private static string Still(int lanes, string word) =>
        lanes == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {lanes:#,0} {word}");

    private static string LagField(MirrorSnapshot s) => s.LagRecords?.ToString(CultureInfo.InvariantCulture)
        ?? (s.LagAtLeast > 0 ? string.Create(CultureInfo.InvariantCulture, $"unknown lag_at_least={s.LagAtLeast}") : "unknown");

    private static string Lag(MirrorSnapshot s) => s.LagRecords switch
    {
        null when s.LagAtLeast > 0 => string.Create(CultureInfo.InvariantCulture, $"at least {s.LagAtLeast:#,0}"),
        null => "unknown",
        0 => "0",
        { } lag =>
            string.Create(CultureInfo.InvariantCulture, $"{lag:#,0}{(s.LagBytes is { } bytes ? $" ({Quantity.Bytes(bytes)})" : "")}"),
    };
}

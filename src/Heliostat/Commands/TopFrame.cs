using System.Globalization;
using Heliostat.Output;
using Heliostat.Status;

namespace Heliostat.Commands;

/// <summary>One picture of a mirror on a terminal: the sentence, its flows, its lanes with the worst first, the keys.</summary>
internal static class TopFrame
{
    private const int WideFrom = 110;
    private const string Keys = "q quit  / filter  s sort  Up/Down scroll  Esc all  ? help";

    private static readonly string[] Help =
    [
        "", "  q          quit", "  /          only lanes whose topic or flow has what is typed; Enter ends, Esc takes it back",
        "  s          sort by lag alone, or what stands still first", "  Up Down    scroll, also j and k, PageUp and PageDown",
        "  Esc        all lanes again", "",
        "  States: live, waiting (to be opened), paused (tried again by itself), failed (until somebody acts), stopped (its flow does not "
            + "run),", "  held (by an operator). 'heliostat pause|resume|restart A..B/TOPIC' changes them.",
    ];

    /// <summary>Lines of at most <paramref name="width"/> characters, <paramref name="height"/> of them at most.</summary>
    public static IReadOnlyList<string> Of(StatusDocument status, IReadOnlyList<LaneDocument> lanes, TopView view, int width, int height,
        bool isColored)
    {
        List<string> lines = [.. Sentence(status, view, width, isColored), ""];
        var isWide = width >= WideFrom;
        lines.AddRange(Table(
            isWide ? ["FLOW", "STATE", "LANES", "STAND STILL", "LAG", "BEHIND", "RECORDS/S", "BYTES/S", "MOST OF"]
                : ["FLOW", "STATE", "LANES", "LAG", "BEHIND", "RECORDS/S", "BYTES/S"],
            [.. status.Flows.Take(Math.Max(1, height / 4)).Select(flow => Cells(flow, isWide))], left: 2, width));
        lines.AddRange(status.Flows.Where(flow => flow.Filling is not null || flow.Lanes.UnequalOffsets > 0)
            .Take(Math.Max(1, height / 8)).Select(flow => WrappedText.Fit($"same offsets: {flow.Flow}: {SameOffsets.Of(flow)}", width)));
        lines.Add("");
        if (view.ShowsHelp)
        {
            lines.AddRange(Help.Select(line => WrappedText.Fit(line, width)));
        }
        else
        {
            var shown = Chosen(lanes, view);
            var room = Math.Max(1, height - lines.Count - 2);
            var skipped = Math.Clamp(view.Skipped, 0, Math.Max(0, shown.Count - room));
            lines.AddRange(Table(
                isWide ? ["LANE", "STATE", "LAG", "BEHIND", "POSITION", "SOURCE END", "RECORDS", "WHY"]
                    : ["LANE", "STATE", "LAG", "BEHIND", "WHY"],
                [.. shown.Skip(skipped).Take(room).Select(lane => Cells(lane, isWide, status.Flows.Count > 1))], left: 2, width));
        }

        var foot = view.IsTyping ? $"/{view.Filter}_" : view.Filter.Length > 0 ? $"{Keys}  only '{view.Filter}'" : Keys;
        return [.. lines.Take(height - 1), WrappedText.Fit(foot, width)];
    }

    private static IEnumerable<string> Sentence(StatusDocument status, TopView view, int width, bool isColored)
    {
        var text = new WrappedText(width);
        text.Line(0, view.NoNews is { } why
            ? $"NO NEWS since {status.At.UtcDateTime:HH:mm:ss}Z: {why}"
            : $"{Word(status.Health)}  {status.Sentence}");
        var lines = text.ToString().TrimEnd('\n', '\r').Split('\n');
        if (!isColored)
        {
            return lines;
        }

        var color = view.NoNews is not null ? "90" : status.Health switch
        {
            Health.Live => "32",
            Health.Degraded => "33",
            _ => "31",
        };
        return lines.Select(line => $"\u001b[{color}m{line.TrimEnd('\r')}\u001b[0m");
    }

    private static List<LaneDocument> Chosen(IReadOnlyList<LaneDocument> lanes, TopView view)
    {
        var chosen = lanes.Where(lane => view.Filter.Length == 0
            || lane.Topic.Contains(view.Filter, StringComparison.OrdinalIgnoreCase)
            || lane.Flow.Contains(view.Filter, StringComparison.OrdinalIgnoreCase));
        return [.. view.IsByLag ? chosen.OrderByDescending(lane => lane.LagRecords ?? -1) : chosen];
    }

    private static string[] Cells(FlowDocument flow, bool isWide)
    {
        string[] first = [flow.Flow, flow.Paused ? "held" : flow.State, Number(flow.Lanes.All)];
        string[] last =
        [
            flow.LagRecords is { } lag ? Number(lag) : flow.LagAtLeast == 0 ? "?" : $">={Number(flow.LagAtLeast)}",
            Time(flow.LagSeconds), Number((long)flow.RecordsPerSecond), Quantity.Bytes(flow.BytesPerSecond),
        ];
        return isWide ? [.. first, Number(flow.Lanes.All - flow.Lanes.Live), .. last, flow.WorstTopic ?? ""] : [.. first, .. last];
    }

    private static string[] Cells(LaneDocument lane, bool isWide, bool isOfMany)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{(isOfMany ? lane.Flow + " " : "")}{lane.Topic}-{lane.Partition}");
        string[] first = [name, lane.PausedByOperator ? "held" : lane.State, Number(lane.LagRecords), Time(lane.LagSeconds)];
        var why = lane.Cause ?? lane.Filling ?? "";
        return isWide ? [.. first, Number(lane.Position), Number(lane.SourceEnd), Number(lane.Records), why] : [.. first, why];
    }

    /// <summary>Columns as wide as what is in them; the last one has what is left.</summary>
    private static IEnumerable<string> Table(string[] heads, string[][] rows, int left, int width)
    {
        string[][] all = [heads, .. rows];
        int[] widths = [.. heads.Select((_, column) => Math.Min(width / 2, all.Max(row => row[column].Length)))];
        bool IsText(int column) => column < left || heads[column] is "WHY" or "MOST OF";
        return all.Select(row => WrappedText.Fit(
            string.Join("  ", row.Select((cell, column) => IsText(column)
                ? WrappedText.Fit(cell, column < left ? widths[column] : width).PadRight(widths[column])
                : cell.PadLeft(widths[column]))).TrimEnd(), width));
    }

    private static string Word(Health health) => health switch
    {
        Health.Live => "LIVE",
        Health.Degraded => "DEGRADED",
        Health.Down => "DOWN",
        _ => "LOST",
    };

    private static string Number(long? number) => number?.ToString("#,0", CultureInfo.InvariantCulture) ?? "?";

    private static string Time(double? seconds) => seconds is not { } late ? "?" : late < 1 ? "0 s" : Quantity.Time(late);
}

using System.Globalization;
using Heliostat.Output;

namespace Heliostat.Status;

/// <summary>The document on a terminal: the sentence, what is lost, a line for each flow, what stands still.</summary>
internal static class StatusText
{
    private static readonly string[] Heads = ["FLOW", "STATE", "LANES", "LAG", "BEHIND", "RECORDS/S", "BYTES/S", "STORED"];

    public static string Of(StatusDocument status, int width)
    {
        var text = new WrappedText(width);
        text.Line(0, status.Sentence);
        if (status.Flows.Count > 0)
        {
            text.Line(0, "");
            string[][] rows = [Heads, .. status.Flows.Select(flow => Cells(flow, status.At))];
            int[] widths = [.. Heads.Select((_, column) => rows.Max(row => row[column].Length))];
            foreach (var row in rows)
            {
                text.Line(0, WrappedText.Fit(string.Join("  ", row.Select((cell, column) => column < 3
                    ? cell.PadRight(widths[column])
                    : cell.PadLeft(widths[column]))).TrimEnd(), width));
            }
        }

        foreach (var (flow, worker) in status.Flows
            .Where(flow => flow.Worker is { Workers: > 1 } or { Differs.Count: > 0 }).Select(flow => (flow.Flow, flow.Worker!)))
        {
            text.Line(0,
                string.Create(CultureInfo.InvariantCulture,
                    $"worker: {flow}: {worker.Name} has {worker.Slots} of {Counted.Of(worker.Of, "slot")}, one of "
                        + $"{Counted.Of(worker.Workers, "worker")}"
                        + $"{(worker.Differs.Count > 0 ? $"; its file differs in {string.Join(", ", worker.Differs)}" : "")}"));
        }

        // A mirror of a former version does not tell of throttles.
        foreach (var (flow, throttle) in status.Flows.SelectMany(flow => (flow.Throttles ?? []).Select(throttle => (flow.Flow, throttle))))
        {
            text.Line(0,
                $"throttled: {flow}{(throttle.Topic is { } topic ? $"/{topic}" : "")}: {Quantity.Bytes(throttle.BytesPerSecond)} a second");
        }

        foreach (var flow in status.Flows.Where(flow => flow.Lanes.Delayed > 0))
        {
            text.Line(0,
                string.Create(CultureInfo.InvariantCulture,
                    $"delayed: {flow.Flow}: {Counted.Of(flow.Lanes.Delayed, "lane")}, the first until "
                        + $"{flow.DelayedUntil?.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z"));
        }

        foreach (var flow in status.Flows.Where(flow => flow.Lanes.Ended > 0))
        {
            text.Line(0, $"ended: {flow.Flow}: {Counted.Of(flow.Lanes.Ended, "lane")}, as heliostat.until asks");
        }

        foreach (var flow in status.Flows)
        {
            if (SameOffsets.Of(flow) is { } same)
            {
                text.Line(0, $"same offsets: {flow.Flow}: {same}");
            }
        }

        foreach (var (flow, schemas) in status.Flows.Where(flow => flow.Schemas is not null).Select(flow => (flow.Flow, flow.Schemas!)))
        {
            text.Line(0, string.Create(
                CultureInfo.InvariantCulture,
                $"schemas: {flow}: {Counted.Of(schemas.Subjects, "subject")}, {Counted.Of(schemas.Known, "id")} known, "
                    + $"{schemas.Registered} registered"
                + $"{(schemas.UnknownIds > 0 ? $", {Counted.Of(schemas.UnknownIds, "id")} that the source does not know" : "")}"
                + $"{(schemas.Refused.Count > 0 ? $"; refused: {string.Join(", ", schemas.Refused.Take(5))}" : "")}"));
        }

        foreach (var (flow, audit) in status.Flows.Where(flow => flow.Audit is not null).Select(flow => (flow.Flow, flow.Audit!)))
        {
            text.Line(0, $"audited: {flow}: {audit}");
        }

        foreach (var (flow, loss) in status.Flows.SelectMany(flow => flow.Losses.Select(loss => (flow.Flow, loss))))
        {
            text.Line(0,
                string.Create(CultureInfo.InvariantCulture,
                    $"lost: {flow} {loss.Topic}: {loss.Kind}, "
                        + $"{Counted.Of(loss.Times, "time")}{(loss.Records > 0 ? $", {Counted.Of(loss.Records, "record")}" : "")}"));
        }

        foreach (var trouble in status.Troubles)
        {
            var lanes = trouble.Lanes == 0
                ? ""
                : $" {Counted.Of(trouble.Lanes, "lane")} ({string.Join(", ", trouble.Partitions)}"
                    + $"{(trouble.Lanes > trouble.Partitions.Count ? ", ..." : "")})";
            var next = trouble.RetryAt is { } at
                ? string.Create(CultureInfo.InvariantCulture, $"; next try {at.UtcDateTime:HH:mm:ss}Z")
                : "";
            text.Line(0, $"{trouble.State}: {trouble.Flow}{lanes}: {trouble.Cause}{next}");
        }

        return text.ToString();
    }

    private static string[] Cells(FlowDocument flow, DateTimeOffset now) =>
    [
        flow.Flow,
        flow.Paused ? "paused" : flow.State,
        Lanes(flow.Lanes),
        flow.LagRecords is { } lag ? Number(lag) : flow.LagAtLeast == 0 ? "?" : $">= {Number(flow.LagAtLeast)}",
        flow.LagSeconds is { } late ? late < 1 ? "0 s" : Quantity.Time(late) : "-",
        flow.State == "unknown" ? "-" : Number((long)flow.RecordsPerSecond),
        flow.State == "unknown" ? "-" : Quantity.Bytes(flow.BytesPerSecond),
        flow.PositionsStoredAt is { } at ? (now - at).TotalSeconds < 1.5 ? "now" : $"{Quantity.Time((now - at).TotalSeconds)} ago" : "-",
    ];

    private static string Lanes(LaneCounts lanes)
    {
        (int Count, string State)[] all = [(lanes.Live, "live"), (lanes.Failed, "failed"), (lanes.Paused, "paused"),
            (lanes.Waiting, "waiting"), (lanes.Stopped, "stopped")];
        var words = string.Join(", ", all.Where(some => some.Count > 0).Select(some => $"{Number(some.Count)} {some.State}"));
        return (words.Length == 0 ? "none" : words)
            + (lanes.PausedByOperator > 0 ? $" ({Number(lanes.PausedByOperator)} paused by an operator)" : "");
    }

    private static string Number(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);
}

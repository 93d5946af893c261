using System.Globalization;
using Heliostat.Demo;
using Heliostat.Demo.Audit;
using Heliostat.Output;
using Heliostat.Output.Logs;

namespace Heliostat.DemoView;

/// <summary>The demo as plain lines.</summary>
/// <param name="output">Where they go.</param>
/// <param name="width">Where they are broken.</param>
internal sealed class TextReport(TextWriter output, int width = int.MaxValue) : IDemoReport
{
    public void Started(DemoSnapshot demo)
    {
        Line("heliostat demo: two Kafka clusters in this process, and a mirror between them");
        Line($"  source  {demo.Source}");
        Line($"          {Words.Kcat(demo.Source)}");
        Line($"  target  {demo.Target}");
        Line($"          {Words.Kcat(demo.Target)}");
        if (demo.Page is { } page)
        {
            Line($"  page    {page}");
        }
    }

    public void Progress(DemoSnapshot demo)
    {
        var followed = demo.Lanes.Where(lane => lane.GroupOffset is not null).ToList();
        Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{Words.Time(demo.Elapsed)} {Words.Phase(demo.Phase)}: written {Words.Count(demo.Written)}, mirrored "
                + $"{Words.Count(demo.Mirror.Records)}, lag {Words.Known(demo.Lag)}, "
            + $"{Words.Rate(demo.Mirror.RecordsPerSecond)} records/s, {Words.Megabytes(demo.Mirror.BytesPerSecond)} MB/s, lanes "
            + $"{demo.MovingLanes}/{demo.Lanes.Count}, "
            + $"{DemoTopics.Group}: {followed.Count(lane => lane.TranslatedOffset is not null)}/{followed.Count} offsets translated"));
    }

    public void Happened(DemoEvent happened) =>
        Line(LogLine.Of(new LoggedEvent(happened.At, happened.Level, "demo", happened.Text, happened.Text, Cause: null), LogFormat.Text));

    public void Audited(AuditResult audit)
    {
        Line("");
        Line($"{"audit",-11}{"written",10}{"compared",10}");
        foreach (var topic in audit.Topics)
        {
            Line($"{topic.Topic,-11}{Words.Count(topic.Written),10}{Words.Count(topic.Counts.Compared),10}  "
                + $"{Findings(topic.Counts, Apart(topic))}");
        }

        Line($"{"total",-11}{Words.Count(audit.Topics.Sum(topic => topic.Written)),10}{Words.Count(audit.Total.Compared),10}  "
            + $"{Findings(audit.Total, [])}");
        Line("");
        Line(Verdict(audit));
    }

    /// <summary>What came of it, in one sentence.</summary>
    internal static string Verdict(AuditResult audit)
    {
        var (total, offsets) = (audit.Total, audit.Offsets);
        var order = total.OutOfOrder + total.Foreign == 0
            ? ""
            : $", {Words.Count(total.OutOfOrder)} out of order, {Words.Count(total.Foreign)} foreign";
        var counts =
            $"{Words.Count(total.Compared + total.Lost)} records, {Words.Count(total.Lost)} lost, "
                + $"{Words.Count(total.Duplicated)} duplicated{order}";
        var groups = $"{offsets.Right} of {offsets.Right + offsets.Wrong} translated offsets of group {DemoTopics.Group} right";
        return audit.IsClean ? $"{counts}; {groups}"
            : audit.Failure is { } failure ? $"NOT CLEAN: {failure}; as far as it came: {counts}; {groups}"
            : $"NOT CLEAN: {counts}; {groups}";
    }

    /// <summary>What is wrong with a topic, and why it holds less than was written where that is right.</summary>
    private static string Findings(AuditCounts counts, IEnumerable<string> apart)
    {
        (long Count, string What)[] wrong = [(counts.Lost, "lost"), (counts.Duplicated, "doubled"), (counts.OutOfOrder, "out of order"),
            (counts.Foreign, "foreign")];
        var found = wrong.Where(w => w.Count > 0).Select(w => $"{Words.Count(w.Count)} {w.What}").DefaultIfEmpty("ok");
        return string.Join(", ", found.Concat(apart));
    }

    private static IEnumerable<string> Apart(TopicAudit topic)
    {
        if (topic.Counts.LeftOut > 0)
        {
            yield return $"{Words.Count(topic.Counts.LeftOut)} more aborted and left out";
        }

        if (topic.Gone > 0)
        {
            yield return topic.IsCompacted
                ? $"{Words.Count(topic.Gone)} older ones of their keys compacted"
                : $"{Words.Count(topic.Gone)} expired";
        }
    }

    private void Line(string line)
    {
        var text = new WrappedText(width);
        text.Line(0, line.TrimEnd());
        output.Write(text);
        output.Flush();
    }
}

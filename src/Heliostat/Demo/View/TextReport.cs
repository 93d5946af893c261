using System.Globalization;
using Heliostat.Demo.Audit;
using Heliostat.Output.Logs;

namespace Heliostat.Demo.View;

/// <summary>The demo as plain lines.</summary>
internal sealed class TextReport(TextWriter output) : IDemoReport
{
    public void Started(DemoSnapshot demo)
    {
        Line("heliostat demo: two Kafka clusters in this process, and a mirror between them");
        Line($"  source  {demo.Source}");
        Line($"          {Words.Kcat(demo.Source)}");
        Line($"  target  {demo.Target}");
        Line($"          {Words.Kcat(demo.Target)}");
    }

    public void Progress(DemoSnapshot demo)
    {
        var followed = demo.Lanes.Where(lane => lane.GroupOffset is not null).ToList();
        Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{Words.Time(demo.Elapsed)} {Words.Phase(demo.Phase)}: written {Words.Count(demo.Written)}, mirrored {Words.Count(demo.Mirror.Records)}, lag {Words.Count(demo.Lag)}, "
            + $"{Words.Rate(demo.Mirror.RecordsPerSecond)} records/s, {Words.Megabytes(demo.Mirror.BytesPerSecond)} MB/s, lanes {demo.MovingLanes}/{demo.Lanes.Count}, "
            + $"{DemoTopics.Group}: {followed.Count(lane => lane.TranslatedOffset is not null)}/{followed.Count} offsets translated"));
    }

    public void Happened(DemoEvent happened) => Line(LogLine.Of(happened.At, happened.Level, "demo", happened.Text));

    public void Audited(AuditResult audit)
    {
        Line("");
        Line($"{"audit",-11}{"written",10}{"compared",10}{"lost",6}{"doubled",9}{"reordered",11}{"foreign",8}  left out");
        foreach (var topic in audit.Topics)
        {
            Row(topic.Topic, topic.Written, topic.Gone, topic.IsCompacted, topic.Counts);
        }

        var total = audit.Total;
        Row("total", audit.Topics.Sum(topic => topic.Written), 0, false, total);
        Line("");
        Line($"group {DemoTopics.Group}: {audit.Offsets.Right} of {audit.Offsets.Right + audit.Offsets.Wrong} translated offsets stand on the record they should");
        if (audit.Failure is { } failure)
        {
            Line($"NOT CLEAN: {failure}");
        }

        var order = total.OutOfOrder + total.Foreign == 0 ? "" : $", {Words.Count(total.OutOfOrder)} out of order, {Words.Count(total.Foreign)} foreign";
        Line($"{Words.Count(total.Compared + total.Lost)} records, {Words.Count(total.Lost)} lost, {Words.Count(total.Duplicated)} duplicated{order} (read and compared in {audit.Took.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s)");
    }

    private void Row(string name, long written, long gone, bool compacted, AuditCounts counts)
    {
        List<string> apart = [];
        void Add(long count, string why)
        {
            if (count > 0)
            {
                apart.Add($"{Words.Count(count)} {why}");
            }
        }

        Add(counts.LeftOut, "aborted");
        Add(gone, compacted ? "compacted" : "expired");
        Line(
            $"{name,-11}{Words.Count(written),10}{Words.Count(counts.Compared),10}{Words.Count(counts.Lost),6}{Words.Count(counts.Duplicated),9}{Words.Count(counts.OutOfOrder),11}{Words.Count(counts.Foreign),8}  "
            + string.Join(", ", apart));
    }

    private void Line(string line)
    {
        output.WriteLine(line.TrimEnd());
        output.Flush();
    }
}

using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Heliostat.Demo.Audit;

namespace Heliostat.Demo.View;

/// <summary>The demo as one JSON object a line, each with a <c>type</c>: started, progress, event, audit.</summary>
internal sealed class JsonReport(TextWriter output) : IDemoReport
{
    public void Started(DemoSnapshot demo) =>
        Write(new StartedLine("started", demo.Source, demo.Target, [.. demo.Lanes.Select(lane => lane.Topic).Distinct()]), DemoJson.Plain.StartedLine);

    public void Progress(DemoSnapshot demo) => Write(
        new ProgressLine(
            "progress", Math.Round(demo.Elapsed.TotalSeconds, 1), Words.Phase(demo.Phase), demo.Written, demo.Aborted, demo.Mirror.Records, demo.Mirror.Bytes,
            Math.Round(demo.Mirror.RecordsPerSecond), Math.Round(demo.Mirror.BytesPerSecond), demo.Lag, demo.Lanes),
        DemoJson.Plain.ProgressLine);

    public void Happened(DemoEvent happened) => Write(new EventLine("event", happened.At, happened.Text), DemoJson.Plain.EventLine);

    public void Audited(AuditResult audit) => Write(
        new AuditLine(
            "audit", audit.IsClean, audit.Total.Compared + audit.Total.Lost, audit.Total.Lost, audit.Total.Duplicated, audit.Total.OutOfOrder, audit.Total.Foreign,
            audit.Topics.Sum(topic => topic.Written), audit.Offsets.Right, audit.Offsets.Wrong, audit.Failure, Math.Round(audit.Took.TotalSeconds, 1), audit.Topics),
        DemoJson.Plain.AuditLine);

    private void Write<T>(T line, JsonTypeInfo<T> type)
    {
        lock (output)
        {
            output.WriteLine(JsonSerializer.Serialize(line, type));
            output.Flush();
        }
    }
}

/// <summary>Where the clusters are.</summary>
internal sealed record StartedLine(string Type, string Source, string Target, IReadOnlyList<string> Topics);

/// <summary>How it goes.</summary>
internal sealed record ProgressLine(
    string Type, double Seconds, string Phase, long Written, long Aborted, long Mirrored, long Bytes, double RecordsPerSecond, double BytesPerSecond, long? Lag,
    IReadOnlyList<DemoLane> Lanes);

/// <summary>Something that happened.</summary>
internal sealed record EventLine(string Type, DateTimeOffset At, string Text);

/// <summary>What came of it.</summary>
internal sealed record AuditLine(
    string Type, bool Clean, long Records, long Lost, long Duplicated, long OutOfOrder, long Foreign, long Written, int OffsetsRight, int OffsetsWrong,
    string? Failure, double Seconds, IReadOnlyList<TopicAudit> Topics);

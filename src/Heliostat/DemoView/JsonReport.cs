using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Heliostat.Demo;
using Heliostat.Demo.Audit;

namespace Heliostat.DemoView;

/// <summary>The demo as one JSON object a line, each with a <c>type</c>: started, progress, event, audit.</summary>
internal sealed class JsonReport(TextWriter output) : IDemoReport
{
    public void Started(DemoSnapshot demo) =>
        Write(new StartedLine("started", demo.Source, demo.Target, demo.Page, [.. demo.Lanes.Select(lane => lane.Topic).Distinct()]),
            DemoJson.Plain.StartedLine);

    public void Progress(DemoSnapshot demo) => Write(
        new ProgressLine
        {
            Seconds = Math.Round(demo.Elapsed.TotalSeconds, 1),
            Phase = Words.Phase(demo.Phase),
            Written = demo.Written,
            Aborted = demo.Aborted,
            Mirrored = demo.Mirror.Records,
            Bytes = demo.Mirror.Bytes,
            RecordsPerSecond = Math.Round(demo.Mirror.RecordsPerSecond),
            BytesPerSecond = Math.Round(demo.Mirror.BytesPerSecond),
            Lag = demo.Lag,
            Lanes = demo.Lanes,
        },
        DemoJson.Plain.ProgressLine);

    public void Happened(DemoEvent happened) => Write(new EventLine("event", happened.At, happened.Text), DemoJson.Plain.EventLine);

    public void Audited(AuditResult audit) => Write(
        new AuditLine
        {
            Clean = audit.IsClean,
            Records = audit.Total.Compared + audit.Total.Lost,
            Lost = audit.Total.Lost,
            Duplicated = audit.Total.Duplicated,
            OutOfOrder = audit.Total.OutOfOrder,
            Foreign = audit.Total.Foreign,
            Written = audit.Topics.Sum(topic => topic.Written),
            OffsetsRight = audit.Offsets.Right,
            OffsetsWrong = audit.Offsets.Wrong,
            Failure = audit.Failure,
            Seconds = Math.Round(audit.Took.TotalSeconds, 1),
            Topics = audit.Topics,
        },
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
internal sealed record StartedLine(string Type, string Source, string Target, string? Page, IReadOnlyList<string> Topics);

/// <summary>How it goes.</summary>
internal sealed record ProgressLine
{
    public string Type { get; } = "progress";

    public required double Seconds { get; init; }

    public required string Phase { get; init; }

    public required long Written { get; init; }

    public required long Aborted { get; init; }

    public required long Mirrored { get; init; }

    public required long Bytes { get; init; }

    public required double RecordsPerSecond { get; init; }

    public required double BytesPerSecond { get; init; }

    public required long? Lag { get; init; }

    public required IReadOnlyList<DemoLane> Lanes { get; init; }
}

/// <summary>Something that happened.</summary>
internal sealed record EventLine(string Type, DateTimeOffset At, string Text);

/// <summary>What came of it.</summary>
internal sealed record AuditLine
{
    public string Type { get; } = "audit";

    public required bool Clean { get; init; }

    public required long Records { get; init; }

    public required long Lost { get; init; }

    public required long Duplicated { get; init; }

    public required long OutOfOrder { get; init; }

    public required long Foreign { get; init; }

    public required long Written { get; init; }

    public required int OffsetsRight { get; init; }

    public required int OffsetsWrong { get; init; }

    public required string? Failure { get; init; }

    public required double Seconds { get; init; }

    public required IReadOnlyList<TopicAudit> Topics { get; init; }
}

using Heliostat.MirrorClient.Positions;
using Heliostat.Mirroring.InternalTopics;
using Heliostat.Mirroring.Pump;

namespace Heliostat.Mirroring.Audit;

/// <summary>How far a flow's background audit is with a lane, and what it found, as the state topic keeps it (docs/formats.md).</summary>
/// <param name="Report">What is known; it ends where the audit goes on.</param>
/// <param name="Topics">The two topics.</param>
internal sealed record AuditedLane(LaneReport Report, TopicIds Topics)
{
    /// <summary>So many findings are kept of a lane, the newest; the rest only count.</summary>
    public const int MostKept = 100;

    private const string Word = "audit";

    /// <summary>Counts what was kept of the lane: of two the one with more is the newer.</summary>
    public long Turn { get; init; }

    /// <summary>Where the range before the last one began: what was moved over the seam is looked for from there.</summary>
    public AuditStart Before { get; init; }

    /// <summary>The source offset up to which the lane was mirrored then.</summary>
    public long Goal { get; init; }

    /// <summary>When it was kept.</summary>
    public DateTimeOffset At { get; init; }

    public TopicPartition Lane => new(Report.Topic, Report.Partition);

    /// <summary>The lane that a key is about; null for any other key.</summary>
    public static TopicPartition? LaneOf(ReadOnlySpan<byte> key)
    {
        TopicPartition? lane = null;
        StateJson.Read(key, json =>
        {
            lane = json.GetArrayLength() == 3 ? StateJson.Lane(json, Word) : null;
            return Word;
        });
        return lane;
    }

    /// <summary>Null for a value that nobody of us wrote.</summary>
    public static AuditedLane? Read(TopicPartition lane, ReadOnlySpan<byte> value) => StateJson.Read(value, json =>
    {
        var found = json.GetProperty("found").EnumerateObject().ToDictionary(kind => Kind(kind.Name), kind => kind.Value.GetInt64());
        return new AuditedLane(
            new LaneReport
            {
                Topic = lane.Topic,
                Partition = lane.Partition,
                TargetTopic = json.GetProperty("topic").GetString()!,
                From = Number("from"),
                To = Number("to"),
                TargetFrom = Number("targetFrom"),
                TargetTo = Number("targetTo"),
                SourceEnd = Number("to"),
                TargetEnd = Number("targetTo"),
                Counts = new LaneCounts
                {
                    Verified = Number("verified"),
                    VerifiedInBatches = Number("inBatches"),
                    Gone = Number("gone"),
                    Bytes = Number("bytes")
                },
                Found = found,
                Findings = [.. json.GetProperty("findings").EnumerateArray().Select(one => new AuditFinding(
                    Kind(one[0].GetString()!), one[1].GetInt64(), one[2].GetInt64(), one[3].GetInt64()))],
                Unverifiable = [.. json.GetProperty("unverifiable").EnumerateArray().Select(one => one.GetString()!)],
                IsThrough = true,
            },
            new TopicIds(Id("source"), Id("sink")))
        {
            Turn = Number("turn"),
            Goal = Number("goal"),
            Before = new AuditStart(json.GetProperty("before")[0].GetInt64(), json.GetProperty("before")[1].GetInt64()),
            At = json.GetProperty("at").GetDateTimeOffset(),
        };

        long Number(string name) => json.GetProperty(name).GetInt64();
        Guid Id(string name) => TopicIdText.TryRead(json.GetProperty(name).GetString() ?? "", out var id) ? id : Guid.Empty;
    });

    public KeyedRecord Write() => new(StateJson.LaneKey(Word, Lane), StateJson.Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("at", At);
        json.WriteNumber("turn", Turn);
        json.WriteString("topic", Report.TargetTopic);
        json.WriteString("source", TopicIdText.Of(Topics.Source));
        json.WriteString("sink", TopicIdText.Of(Topics.Target));
        json.WriteNumber("from", Report.From);
        json.WriteNumber("to", Report.To);
        json.WriteNumber("targetFrom", Report.TargetFrom);
        json.WriteNumber("targetTo", Report.TargetTo);
        json.WriteNumber("goal", Goal);
        json.WriteStartArray("before");
        json.WriteNumberValue(Before.Source);
        json.WriteNumberValue(Before.Target);
        json.WriteEndArray();
        json.WriteNumber("verified", Report.Counts.Verified);
        json.WriteNumber("inBatches", Report.Counts.VerifiedInBatches);
        json.WriteNumber("gone", Report.Counts.Gone);
        json.WriteNumber("bytes", Report.Counts.Bytes);
        json.WriteStartObject("found");
        foreach (var (kind, count) in Report.Found)
        {
            json.WriteNumber(kind.Name(), count);
        }

        json.WriteEndObject();
        json.WriteStartArray("findings");
        foreach (var finding in Report.Findings)
        {
            json.WriteStartArray();
            json.WriteStringValue(finding.Kind.Name());
            json.WriteNumberValue(finding.Source);
            json.WriteNumberValue(finding.Target);
            json.WriteNumberValue(finding.Count);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteStartArray("unverifiable");
        foreach (var cause in Report.Unverifiable)
        {
            json.WriteStringValue(cause);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }));

    private static AuditKind Kind(string name) =>
        Enum.TryParse<AuditKind>(name, ignoreCase: true, out var kind) ? kind : throw new FormatException(name);
}

using System.Globalization;
using System.Text;
using Heliostat.Mirroring.Audit;

namespace Heliostat.Output;

/// <summary>
/// What a person reads of a verification: what is wrong and what could not be checked, by partition; the rest in one line.
/// </summary>
internal static class VerifiedText
{
    private const int MostFindings = 20;

    public static string Of(IReadOnlyList<AuditReport> flows)
    {
        var text = new StringBuilder();
        foreach (var flow in flows)
        {
            text.Append(CultureInfo.InvariantCulture, $"{flow.Flow}: {Word(flow.Verdict)}\n");
            foreach (var lane in flow.Lanes.Where(lane => lane.Verdict != AuditVerdict.Equal))
            {
                Lane(text, lane);
            }

            var total = flow.Total;
            text.Append(CultureInfo.InvariantCulture,
                $"  {Counted.Of(flow.Lanes.Count, "partition")}, {Counted.Of(total.Verified, "record")} verified");
            text.Append(CultureInfo.InvariantCulture,
                $" ({total.VerifiedInBatches:#,0} in whole batches), {Quantity.Bytes(total.Bytes)} read");
            text.Append(flow.Settings.Sample is { } sample
                ? string.Create(CultureInfo.InvariantCulture, $"; a sample: one block of {sample.OneOf}")
                : "");
            text.Append(total.Behind > 0 ? $"; {Counted.Of(total.Behind, "record is", "records are")} not mirrored yet" : "");
            text.Append(total.Gone > 0 ? $"; of {Counted.Of(total.Gone, "record")} one side is gone" : "");
            text.Append('\n');
        }

        return text.ToString();
    }

    public static string Word(AuditVerdict verdict) => verdict switch
    {
        AuditVerdict.Equal => "both sides hold the same",
        AuditVerdict.Different => "DIFFERENT",
        _ => "what could be compared is the same, and some could not be",
    };

    private static void Lane(StringBuilder text, LaneReport lane)
    {
        text.Append(CultureInfo.InvariantCulture, $"  {lane.Topic}-{lane.Partition} -> {lane.TargetTopic}-{lane.Partition}\n");
        foreach (var finding in lane.Findings.Take(MostFindings))
        {
            text.Append("    ").Append(finding.Sentence).Append('\n');
        }

        if (lane.Findings.Count > MostFindings)
        {
            var all = lane.Found.OrderBy(kind => kind.Key).Select(kind => $"{kind.Key.ToString().ToLowerInvariant()} {kind.Value}");
            text.Append(CultureInfo.InvariantCulture, $"    ... {string.Join(", ", all)} in all\n");
        }

        foreach (var cause in lane.Unverifiable)
        {
            text.Append("    not verified: ").Append(cause).Append('\n');
        }
    }
}

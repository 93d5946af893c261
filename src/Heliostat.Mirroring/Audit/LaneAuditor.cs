using Heliostat.Client;
using Heliostat.Mirroring.Comparing;
using Heliostat.Protocol;
using Heliostat.Protocol.Compression;

namespace Heliostat.Mirroring.Audit;

/// <summary>Audits one lane: reads its pages, within the rate, and keeps its report.</summary>
internal sealed class LaneAuditor(AuditLane lane, PageReader source, PageReader target, AuditAlignment alignment, ByteRate rate, AuditSettings settings)
{
    private LaneReport _report = Empty(lane);

    /// <summary>What is known now; of a lane under way as of its last page.</summary>
    public LaneReport Report => Volatile.Read(ref _report);

    public static LaneReport Empty(AuditLane lane) => new() { Topic = lane.Source.Topic, Partition = lane.Source.Partition, TargetTopic = lane.Target.Topic };

    /// <param name="here">The source's log start and end.</param>
    /// <param name="there">The target's.</param>
    /// <param name="before">A report to go on from; null to begin.</param>
    /// <param name="ct">Ends it.</param>
    public async Task RunAsync((long Start, long End) here, (long Start, long End) there, LaneReport? before, CancellationToken ct)
    {
        Keep(before ?? Empty(lane) with { SourceEnd = here.End, TargetEnd = there.End });
        if (lane.Uncheckable is { } cause)
        {
            Keep(_report with { Unverifiable = [cause] });
            return;
        }

        if (before is not { From: >= 0 })
        {
            if (await alignment.FindAsync(lane, here, there, settings.Since, ct) is not { } found)
            {
                Keep(_report with { Unverifiable = ["no record was found that both sides begin with"] });
                return;
            }

            Keep(_report with
            {
                From = found.Start.Source, To = found.Start.Source, TargetFrom = found.Start.Target, TargetTo = found.Start.Target, Unverifiable = found.LeftOut,
            });
        }

        if (!_report.IsThrough)
        {
            await CompareAsync(ct);
        }
    }

    private async Task CompareAsync(CancellationToken ct)
    {
        using var buffer = new DecompressionBuffer();
        var began = _report;
        var audit = new LaneAudit(new AuditStart(began.To, began.TargetTo), began.SourceEnd, began.TargetEnd, lane.StoredNext, buffer);
        try
        {
            while (audit.Run() is not PageWant.Nothing and var want)
            {
                var page = want == PageWant.Source ? await source.ReadAsync(lane.Source, audit.SourceAt, ct) : await target.ReadAsync(lane.Target, audit.TargetAt, ct);
                await rate.PayAsync(page.Records.Length, ct);
                if (want == PageWant.Source)
                {
                    audit.TakeSource(page);
                }
                else
                {
                    audit.TakeTarget(page);
                }

                if (audit.IsSettled)
                {
                    Keep(With(began, audit));
                }
            }

            Keep(With(began, audit) with { IsThrough = true });
        }
        catch (MalformedFrameException damage)
        {
            Keep(With(began, audit) with { Unverifiable = [.. began.Unverifiable, $"what a broker holds from source offset {audit.At.Source}, target offset {audit.At.Target} on cannot be read: {damage.Message}"] });
        }
    }

    private static LaneReport With(LaneReport began, LaneAudit audit)
    {
        var counts = audit.Counts;
        var found = began.Found.ToDictionary();
        foreach (var finding in audit.Findings)
        {
            found[finding.Kind] = found.GetValueOrDefault(finding.Kind) + finding.Count;
        }

        return began with
        {
            To = audit.At.Source,
            TargetTo = audit.At.Target,
            Counts = new LaneCounts
            {
                Verified = began.Counts.Verified + counts.Verified,
                VerifiedInBatches = began.Counts.VerifiedInBatches + counts.VerifiedInBatches,
                Gone = began.Counts.Gone + counts.Gone,
                Behind = began.Counts.Behind + counts.Behind,
                Bytes = began.Counts.Bytes + counts.Bytes,
            },
            Found = found,
            Findings = [.. began.Findings.Concat(audit.Findings).Take(LaneReport.MostFindings)],
            Unverifiable = counts.Gone > 0 ? [.. began.Unverifiable.Where(cause => !cause.StartsWith("compaction", StringComparison.Ordinal)), Compacted(began.Counts.Gone + counts.Gone)] : began.Unverifiable,
        };
    }

    private static string Compacted(long records) => $"compaction or retention took {records} records from one side";

    private void Keep(LaneReport report) => Volatile.Write(ref _report, report);
}

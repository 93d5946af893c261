using Heliostat.Mirroring.Comparing;
using Heliostat.Protocol;
using Heliostat.Protocol.Compression;

namespace Heliostat.Mirroring.Audit;

/// <summary>Audits one lane: reads its pages, within the rate, and keeps its report.</summary>
internal sealed class LaneAuditor(AuditLane lane, PageReader source, PageReader target, AuditAlignment alignment, ByteRate rate,
    AuditSettings settings)
{
    private LaneReport _report = Empty(lane);
    private bool _isDamaged;

    /// <summary>What is known now; of a lane under way as of its last page.</summary>
    public LaneReport Report => Volatile.Read(ref _report);

    public static LaneReport Empty(AuditLane lane) =>
        new() { Topic = lane.Source.Topic, Partition = lane.Source.Partition, TargetTopic = lane.Target.Topic };

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
                From = found.Start.Source,
                To = found.Start.Source,
                TargetFrom = found.Start.Target,
                TargetTo = found.Start.Target,
                Unverifiable = found.LeftOut,
            });
        }

        if (!_report.IsThrough)
        {
            await (settings.Sample is { } sample ? CompareAsync(sample, here, there, ct)
                : CompareAsync(_report.SourceEnd, _report.TargetEnd, ct));
            Keep(_report with { IsThrough = !_isDamaged });
        }
    }

    /// <summary>Block after block of those that are chosen; each is placed on the target by itself.</summary>
    private async Task CompareAsync(AuditSample sample, (long Start, long End) here, (long Start, long End) there, CancellationToken ct)
    {
        foreach (var (from, to) in sample.Of(lane.Source.Topic, lane.Source.Partition, _report.To, _report.SourceEnd))
        {
            var first = await alignment.PlaceAsync(lane, (from, here.End), there, ct);
            var next = to < _report.SourceEnd ? await alignment.PlaceAsync(lane, (to, here.End), there, ct)
                : new AuditStart(to, _report.TargetEnd);
            if (first is not { } start || next is not { } end)
            {
                Keep(_report with
                {
                    Unverifiable = [.. _report.Unverifiable,
                    $"source offsets {from} to {to - 1}: they could not be found on the target"],
                    To = to
                });
                continue;
            }

            Keep(_report with { To = start.Source, TargetTo = start.Target });
            await CompareAsync(end.Source, end.Target, ct);
        }
    }

    private async Task CompareAsync(long sourceEnd, long targetEnd, CancellationToken ct)
    {
        using var buffer = new DecompressionBuffer();
        var began = _report;
        var audit = new LaneAudit(new AuditStart(began.To, began.TargetTo), sourceEnd, targetEnd, lane.StoredNext, buffer, lane.Rules);
        try
        {
            while (audit.Run() is not PageWant.Nothing and var want)
            {
                var page = want == PageWant.Source ? await source.ReadAsync(lane.Source, audit.SourceAt, ct)
                    : await target.ReadAsync(lane.Target, audit.TargetAt, ct);
                await rate.PayAsync(page.Records.Length, ct);
                if (want == PageWant.Source)
                {
                    audit.TakeSource(page);
                }
                else
                {
                    audit.TakeTarget(page);
                }

                if (audit.IsSettled && settings.Sample is null)
                {
                    Keep(began.After(audit.Counts, audit.Findings, audit.At));
                }
            }

            Keep(began.After(audit.Counts, audit.Findings, audit.At));
        }
        catch (MalformedFrameException damage)
        {
            _isDamaged = true;
            Keep(began.After(audit.Counts, audit.Findings, audit.At) with
            {
                Unverifiable = [.. began.Unverifiable,
                $"what a broker holds from source offset {audit.At.Source}, target offset {audit.At.Target} on cannot be read: "
                    + $"{damage.Message}"]
            });
        }
    }

    private void Keep(LaneReport report) => Volatile.Write(ref _report, report);
}

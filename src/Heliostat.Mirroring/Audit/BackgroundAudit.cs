using Heliostat.Client;
using Heliostat.Client.Admin;
using Heliostat.Client.Routing;
using Heliostat.MirrorClient.OffsetMaps;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Comparing;
using Heliostat.Mirroring.Duties;
using Heliostat.Mirroring.InternalTopics;
using Heliostat.Protocol;
using Heliostat.Protocol.Compression;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Audit;

/// <summary>
/// Compares what a running flow has mirrored with its source, range after range of each lane, and goes on where it was, whichever process
/// does it. A range ends behind a record that stands on both sides, so that all in it must be the same. What must hold:
/// <list type="bullet">
/// <item>A. Each record is compared once, but for ranges that were not kept: a process that is killed leaves at most one of each
/// lane.</item>
/// <item>B. What is found is told before it is kept, so it is never kept untold.</item>
/// <item>C. A lane that cannot be compared now holds up no other one.</item>
/// </list>
/// </summary>
/// <param name="source">A client for the source, for this alone.</param>
/// <param name="target">One for the target.</param>
/// <param name="isolation">Whether the lanes leave aborted records out.</param>
/// <param name="rate">Limits what is read.</param>
/// <param name="book">What is known.</param>
/// <param name="scope">The flow's.</param>
internal sealed partial class BackgroundAudit(KafkaClient source, KafkaClient target, IsolationLevel isolation, ByteRate rate,
    AuditBook book, FlowScope scope)
{
    private const int PageBytes = 1 << 20;
    private const int SideBySide = 2;

    /// <summary>So much of a lane is compared in one turn, about, of both sides together: then the next lane has its turn.</summary>
    private const long TurnBytes = 64 << 20;

    /// <summary>A record is taken to be so large where none of the lane was seen yet, on both sides together.</summary>
    private const long FirstRecordBytes = 1024;

    /// <summary>So many findings of a range are told by themselves.</summary>
    private const int MostTold = 20;

    private const int MostAtOnce = 500;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>A lane has a turn at most every so often for each lane there is: what is kept of them stays little.</summary>
    private static readonly TimeSpan ForEachLane = TimeSpan.FromMilliseconds(5);

    private readonly Dictionary<TopicPartition, long> _lookedAt = [];
    private readonly PageReader _source = new(source, isolation, PageBytes, scope.Time);
    private readonly PageReader _target = new(target, IsolationLevel.ReadCommitted, PageBytes, scope.Time);
    private readonly AdminClient _onSource = new(source, scope.Time);
    private readonly AdminClient _onTarget = new(target, scope.Time);
    private readonly Dictionary<TopicPartition, KeyedRecord> _unsaved = [];
    private readonly AsyncLock _saving = new();
    private long _savedAt;

    /// <summary>All lanes of the flow and how far each is mirrored, whoever has it.</summary>
    public required Func<CancellationToken, Task<IReadOnlyList<AuditGoal>>> Goals { get; init; }

    /// <summary>Ends when the state topic has these.</summary>
    public required Func<IReadOnlyList<KeyedRecord>, CancellationToken, Task> Store { get; init; }

    /// <summary>How often it is looked whether somebody wrote behind what is mirrored.</summary>
    public TimeSpan IdleInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>What the flow does once is this process's.</summary>
    public Func<bool> IsOurs { get; init; } = static () => true;

    /// <summary>The duty.</summary>
    public Rounds Rounds() => new(Interval, RoundAsync, message => LogFailed(scope.Logger, message), scope.Time);

    /// <summary>Has each lane that moved compare what it mirrored since.</summary>
    public async Task RoundAsync(CancellationToken ct)
    {
        var goals = await Goals(ct);
        var pause = goals.Count * ForEachLane - Interval;
        var due = goals.Where(goal => IsDue(goal, pause)).ToList();
        if (due.Count == 0)
        {
            return;
        }

        await KnowAsync(source, due.Select(goal => goal.Lane.Source), ct);
        await KnowAsync(target, due.Select(goal => goal.Lane.Target), ct);

        // First the target: what the source has no more of than was mirrored when it is asked is all of what the target had before.
        var there = await RangesAsync(_onTarget, [.. due.Select(goal => goal.Lane.Target)], IsolationLevel.ReadCommitted, ct);
        var here = await RangesAsync(_onSource, [.. due.Select(goal => goal.Lane.Source)], isolation, ct);
        var alignment = new AuditAlignment(_source, _target, _onSource, _onTarget);
        var room = new AsyncLock(SideBySide);
        List<Exception> failures = [];
        for (var behind = due; behind.Count > 0;)
        {
            var more = await Settling.AllAsync(behind.Select(OneAsync));
            behind = [.. behind.Where((_, i) => more[i])];
        }

        await SaveAsync(ct);
        if (failures is [var first, ..])
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(first);
        }

        async Task<bool> OneAsync(AuditGoal goal)
        {
            await room.WaitAsync(ct);
            try
            {
                return IsOurs() && here.TryGetValue(goal.Lane.Source, out var from) && there.TryGetValue(goal.Lane.Target, out var to)
                    && await TurnAsync(goal, from, to, alignment, ct);
            }
            catch (Exception failure) when (ClientFailure.IsExpected(failure))
            {
                lock (failures)
                {
                    failures.Add(failure);
                }

                return false;
            }
            finally
            {
                room.Release();
            }
        }
    }

    private bool IsDue(AuditGoal goal, TimeSpan pause)
    {
        var lane = goal.Lane.Source;
        var moved = book.Find(lane) is not { } known || known.Topics != goal.Topics || known.Goal != goal.End.Source
            || known.Report.To < goal.End.Source;
        if (_lookedAt.TryGetValue(lane, out var at) && scope.Time.GetElapsedTime(at) < (moved ? pause : IdleInterval))
        {
            return false;
        }

        _lookedAt[lane] = scope.Time.GetTimestamp();
        return true;
    }

    /// <summary>One turn of a lane; true where it is to have another one.</summary>
    private async Task<bool> TurnAsync(AuditGoal goal, (long Start, long End) here, (long Start, long End) there, AuditAlignment alignment,
        CancellationToken ct)
    {
        if (here.End < goal.End.Source || there.End < goal.End.Target)
        {
            // An open transaction, or something was lost: not ours to judge here, and what is there can be compared later.
            return false;
        }

        var lane = goal.Lane;
        var known = Begin(goal, there.Start);
        var report = known.Report;
        var end = goal.End;
        if (report.To >= end.Source)
        {
            // Nothing more was mirrored; where the source has no more either, what came on the target is nobody's of ours.
            if (here.End > end.Source || there.End <= report.TargetTo)
            {
                if (known.Goal != end.Source || known.Turn == 0)
                {
                    Keep(known with { Goal = end.Source });
                }

                return false;
            }

            end = new AuditStart(report.To, there.End);
        }
        else if (Step(report) is var step && end.Source - report.To > step
            && await alignment.PlaceAsync(lane, (report.To + step, end.Source), (report.TargetTo, end.Target), ct) is { } part)
        {
            end = part;
        }

        var (audit, damage) = await CompareAsync(lane, new AuditStart(report.To, report.TargetTo), end, ct);
        var findings = audit.Findings;
        if (report.From < report.To && findings.Any(IsAlone))
        {
            // What stands alone may be there once more, or have been moved over the seam to the range before.
            var wider = (await CompareAsync(lane, known.Before, end, ct)).Audit;
            findings = [.. wider.Findings.Select(finding => finding.From(report.To, report.TargetTo)).OfType<AuditFinding>()];
        }

        Tell(lane.Source, findings, damage);
        var after = report.After(audit.Counts, findings, audit.At);
        Keep(
            known with
            {
                Report = after with
                {
                    To = Math.Max(after.To, end.Source),
                    TargetTo = Math.Max(after.TargetTo, end.Target),
                    Findings = [.. after.Findings.TakeLast(AuditedLane.MostKept)],
                    Unverifiable = damage is null ? after.Unverifiable : [.. after.Unverifiable.TakeLast(MostTold), damage],
                },
                Before = new AuditStart(report.To, report.TargetTo),
                Goal = goal.End.Source,
            });
        await SaveSometimesAsync(ct);
        return end.Source < goal.End.Source;
    }

    /// <summary>
    /// Where a lane's audit goes on; begins at the first record that is known to be mirrored, or behind all where none is, and anew where
    /// it is another topic. One that was put back goes on there.
    /// </summary>
    private AuditedLane Begin(AuditGoal goal, long targetStart)
    {
        var (lane, end) = (goal.Lane, goal.End);
        var former = book.Find(lane.Source);
        if (former is not null && former.Topics == goal.Topics)
        {
            return end.Source >= former.Goal ? former
                : former with { Report = former.Report with { To = end.Source, TargetTo = end.Target }, Before = end };
        }

        var start = First(lane, targetStart) ?? end;
        var report = (former?.Report ?? LaneAuditor.Empty(lane) with { IsThrough = true }) with
        {
            From = start.Source,
            To = start.Source,
            TargetFrom = start.Target,
            TargetTo = start.Target,
        };
        return new AuditedLane(report, goal.Topics) { Before = start, Goal = end.Source, Turn = former?.Turn ?? 0 };
    }

    private static AuditStart? First(AuditLane lane, long targetStart) =>
        lane.Map?.ToSource(targetStart) is { Precision: TranslationPrecision.Exact } source
            && lane.Map.ToTarget(source.Offset) is { Precision: TranslationPrecision.Exact } target
            ? new AuditStart(source.Offset, target.Offset) : null;

    /// <summary>How many offsets make a turn.</summary>
    private static long Step(LaneReport report) => report.Counts.Bytes > 0 && report.To > report.From
        ? Math.Max(1, TurnBytes * (report.To - report.From) / report.Counts.Bytes)
        : TurnBytes / FirstRecordBytes;

    /// <summary>Compares a range; it says why not all of it where a broker holds what nobody can read.</summary>
    private async Task<(LaneAudit Audit, string? Damage)> CompareAsync(AuditLane lane, AuditStart from, AuditStart end,
        CancellationToken ct)
    {
        using var buffer = new DecompressionBuffer();
        var audit = new LaneAudit(from, end.Source, end.Target, end.Source, buffer, lane.Rules);
        try
        {
            while (audit.Run() is not PageWant.Nothing and var want)
            {
                if (want == PageWant.Source)
                {
                    audit.TakeSource(await ReadAsync(_source, lane.Source, audit.SourceAt, end.Source, ct));
                }
                else
                {
                    audit.TakeTarget(await ReadAsync(_target, lane.Target, audit.TargetAt, end.Target, ct));
                }
            }

            return (audit, null);
        }
        catch (MalformedFrameException damage)
        {
            return (audit, $"what a broker holds from source offset {audit.At.Source}, target offset {audit.At.Target} on, up to "
                + $"{end.Source} and {end.Target}, cannot be read: {damage.Message}");
        }
    }

    private async Task<LogPage> ReadAsync(PageReader reader, TopicPartition partition, long offset, long end, CancellationToken ct)
    {
        var page = await reader.ReadAsync(partition, offset, ct);
        await rate.PayAsync(page.Records.Length, ct);
        return !page.Records.IsEmpty || page.End >= end ? page : throw new KafkaErrorException(ErrorCode.OffsetOutOfRange,
            $"{partition} ends at {page.End}, before {end}, where it ended a moment ago");
    }

    /// <summary>It may be explained by what is in another range.</summary>
    private static bool IsAlone(AuditFinding finding) => finding.Kind is AuditKind.Foreign or AuditKind.Missing or AuditKind.Differs;

    private void Tell(TopicPartition lane, IReadOnlyList<AuditFinding> findings, string? damage)
    {
        foreach (var finding in findings.Take(MostTold))
        {
            LogFound(scope.Logger, lane.Topic, lane.Partition, finding.Kind.Name(), finding.Sentence);
        }

        if (findings.Count > MostTold)
        {
            LogMore(scope.Logger, lane.Topic, lane.Partition, findings.Skip(MostTold).Sum(finding => finding.Count));
        }

        if (damage is not null)
        {
            LogUnread(scope.Logger, lane.Topic, lane.Partition, damage);
        }
    }

    private void Keep(AuditedLane lane)
    {
        lane = lane with { Turn = lane.Turn + 1, At = scope.Time.GetUtcNow() };
        book.Keep(lane);
        lock (_unsaved)
        {
            _unsaved[lane.Lane] = lane.Write();
        }
    }

    private async Task SaveSometimesAsync(CancellationToken ct)
    {
        if (scope.Time.GetElapsedTime(_savedAt) > Interval)
        {
            await SaveAsync(ct);
        }
    }

    private async Task SaveAsync(CancellationToken ct)
    {
        await _saving.WaitAsync(ct);
        try
        {
            _savedAt = scope.Time.GetTimestamp();
            foreach (var part in Unsaved().Chunk(MostAtOnce))
            {
                await Store([.. part.Select(lane => lane.Value)], ct);
                Saved(part);
            }
        }
        finally
        {
            _saving.Release();
        }
    }

    private KeyValuePair<TopicPartition, KeyedRecord>[] Unsaved()
    {
        lock (_unsaved)
        {
            return [.. _unsaved];
        }
    }

    /// <summary>A lane that another range of was compared meanwhile is saved again.</summary>
    private void Saved(KeyValuePair<TopicPartition, KeyedRecord>[] part)
    {
        lock (_unsaved)
        {
            foreach (var (lane, saved) in part)
            {
                if (_unsaved.TryGetValue(lane, out var now) && now.Equals(saved))
                {
                    _unsaved.Remove(lane);
                }
            }
        }
    }

    private static async Task KnowAsync(KafkaClient client, IEnumerable<TopicPartition> partitions, CancellationToken ct)
    {
        string[] topics = [.. partitions.Select(partition => partition.Topic).Distinct()];
        client.Metadata.Track(topics);
        if (!topics.All(client.Metadata.Current.Topics.ContainsKey))
        {
            await client.Metadata.RefreshAsync(ct);
        }
    }

    /// <summary>Where logs begin and end now; of those of which no broker says it nothing.</summary>
    private static async Task<Dictionary<TopicPartition, (long Start, long End)>> RangesAsync(
        AdminClient cluster, IReadOnlyCollection<TopicPartition> partitions, IsolationLevel isolation, CancellationToken ct)
    {
        var starts = await cluster.ListOffsetsAsync(partitions.ToDictionary(partition => partition, _ => OffsetSpec.Earliest), isolation,
            ct);
        var ends = await cluster.ListOffsetsAsync(partitions.ToDictionary(partition => partition, _ => OffsetSpec.Latest), isolation, ct);
        return partitions.Where(partition => starts[partition].ErrorCode == ErrorCode.None && ends[partition].ErrorCode == ErrorCode.None)
            .ToDictionary(partition => partition, partition => (starts[partition].Offset, ends[partition].Offset));
    }

    [LoggerMessage(EventIds.AuditFound, LogLevel.Error, "audit of {Topic}-{Partition}: {What} ({Kind})")]
    private static partial void LogFound(ILogger logger, string topic, int partition, string kind, string what);

    [LoggerMessage(EventIds.AuditFoundMore, LogLevel.Error, "audit of {Topic}-{Partition}: and {Count} more records")]
    private static partial void LogMore(ILogger logger, string topic, int partition, long count);

    [LoggerMessage(EventIds.AuditUnread, LogLevel.Error, "audit of {Topic}-{Partition}: {Cause}")]
    private static partial void LogUnread(ILogger logger, string topic, int partition, string cause);

    [LoggerMessage(EventIds.AuditFailed, LogLevel.Warning, "the background audit does not get on: {Cause}; trying on")]
    private static partial void LogFailed(ILogger logger, string cause);
}

using Heliostat.Client;
using Heliostat.Mirroring.Comparing;
using Heliostat.Protocol;
using Heliostat.Protocol.Compression;
using Heliostat.Transport.Waiting;

namespace Heliostat.Mirroring.Tails;

/// <summary>
/// Reads and compares the tails of lanes: as many side by side as the memory allows, each page of each given up when it is compared.
/// </summary>
/// <param name="source">Reads the source as its lanes do.</param>
/// <param name="target">Reads what is committed on the target.</param>
/// <param name="undecided">Reads the target up to its high watermark, past transactions that are open.</param>
/// <param name="limits">What it may take.</param>
/// <param name="time">The clock.</param>
internal sealed class TailReader(PageReader source, PageReader target, PageReader undecided, TailLimits limits, TimeProvider time)
{
    private const int SuffixRecords = 64;

    /// <summary>
    /// What was appended but is not replicated shows within the time in which a replica that lags is dropped
    /// (<c>replica.lag.time.max.ms</c>, 30 s), or not soon.
    /// </summary>
    private static readonly TimeSpan LongestStandstill = TimeSpan.FromSeconds(35);

    /// <summary>
    /// So long a transaction of those before may take to end. One that stays open is somebody else's, or will be aborted: batches in it are
    /// left out, and what stands behind its beginning is read all the same.
    /// </summary>
    private static readonly TimeSpan LongestTransaction = TimeSpan.FromSeconds(2);

    private readonly AsyncLock _slots = new(limits.SideBySide(source.PageBytes + target.PageBytes));

    /// <summary>Compares the tail of <paramref name="lane"/>, whose target's log ends at <paramref name="end"/>.</summary>
    /// <exception cref="KafkaErrorException">A cluster refuses to be read, or what the target holds stays invisible.</exception>
    public async Task<TailOutcome> CompareAsync(TailLane lane, long end, CancellationToken ct)
    {
        var anchor = lane.Anchor(end);
        if (anchor is { } known && known.Target == end)
        {
            return Nothing(lane, known);
        }

        if (limits.MaxBytes == 0)
        {
            return TailOutcome.Unseen(lane);
        }

        await _slots.WaitAsync(ct);
        try
        {
            var outcome = anchor is { } place ? await MatchAsync(lane, place, end, ct) : null;
            var isFruitless = outcome is null or { Verdict: TailVerdict.Nothing, Foreign: > 0 };
            return Forward(lane, lane.LastTarget < 0 && isFruitless ? await SearchAsync(lane, end, ct) : outcome!);
        }
        finally
        {
            _slots.Release();
        }
    }

    private static TailOutcome Nothing(TailLane lane, TailAnchor anchor) =>
        Forward(lane, new TailOutcome
        {
            Verdict = TailVerdict.Nothing,
            From = anchor.Source,
            Resume = anchor.Source,
            LastTarget = anchor.Target - 1
        });

    /// <summary>What is stored is never gone behind: it was acknowledged.</summary>
    private static TailOutcome Forward(TailLane lane, TailOutcome outcome) =>
        outcome.Resume >= lane.Next ? outcome : outcome with { Resume = lane.Next, LastTarget = lane.LastTarget };

    private async Task<TailOutcome> MatchAsync(TailLane lane, TailAnchor anchor, long end, CancellationToken ct)
    {
        using var buffer = new DecompressionBuffer();
        var match = new TailMatch(anchor, end, limits.MaxBytes, buffer, lane.Rules);
        var moved = time.GetTimestamp();
        try
        {
            while (match.Run() is not PageWant.Nothing and var want)
            {
                if (want == PageWant.Source)
                {
                    match.TakeSource(await source.ReadAsync(lane.Source, match.SourceAt, ct));
                    continue;
                }

                var stands = time.GetElapsedTime(moved);
                var page = await (stands > LongestTransaction ? undecided : target).ReadAsync(lane.Target, match.TargetAt, ct);
                match.TakeTarget(page with { IsUndecided = stands > LongestTransaction });
                moved = page.Records.IsEmpty || stands > LongestTransaction ? moved : time.GetTimestamp();
                if (page.Records.IsEmpty && stands > LongestStandstill)
                {
                    throw new KafkaErrorException(
                        ErrorCode.NotEnoughReplicas,
                        $"target: {lane.Target} holds records up to {end} that are not replicated: what is visible ends at {page.End}");
                }
            }
        }
        catch (MalformedFrameException)
        {
            // The lane itself will meet what is damaged, and say so; up to there all is known.
            return match.Outcome() with { Verdict = TailVerdict.Unverified };
        }

        return match.Outcome();
    }

    private async Task<TailOutcome> SearchAsync(TailLane lane, long end, CancellationToken ct)
    {
        using var buffer = new DecompressionBuffer();
        var search = new SuffixSearch(await SuffixAsync(lane.Target, end, buffer, ct), lane.Next,
            Math.Min(limits.MaxBytes, limits.MaxSearchBytes), buffer, lane.Rules);
        while (search.Run())
        {
            search.TakeSource(await source.ReadAsync(lane.Source, search.SourceAt, ct));
        }

        return search.Outcome();
    }

    /// <summary>
    /// The target's last records: some of the last offsets may be markers, so it looks further back until there are enough or all.
    /// </summary>
    private async Task<IReadOnlyList<LogRecord>> SuffixAsync(TopicPartition partition, long end, DecompressionBuffer buffer,
        CancellationToken ct)
    {
        for (var back = SuffixRecords; ; back *= 4)
        {
            List<LogRecord> records = [];
            var from = Math.Max(0, end - back);
            var cursor = new LogCursor(from, end, buffer);
            while (!cursor.IsAtEnd)
            {
                while (cursor.TryPeek(out var record))
                {
                    records.Add(record);
                    cursor.Advance();
                }

                if (!cursor.IsAtEnd)
                {
                    cursor.Take(await target.ReadAsync(partition, cursor.PageAt, ct));
                }
            }

            if (records.Count >= SuffixRecords || from == 0 || cursor.Lost > 0 || back > SuffixRecords * 1024)
            {
                return records.Count > SuffixRecords ? records[^SuffixRecords..] : records;
            }
        }
    }
}

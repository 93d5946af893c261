using Heliostat.Client.Admin;
using Heliostat.MirrorClient.OffsetMaps;
using Heliostat.Mirroring.Comparing;
using Heliostat.Mirroring.Rules;
using Heliostat.Protocol.Compression;

namespace Heliostat.Mirroring.Audit;

/// <summary>
/// Finds where an audit of a lane begins: both logs at their beginning; else where the offset map says; else where the first record of the
/// log that begins later stands on the other side, looked for from its timestamp on.
/// </summary>
internal sealed class AuditAlignment(PageReader source, PageReader target, AdminClient onSource, AdminClient onTarget)
{
    private const int MostSearched = 200_000;

    /// <summary>The beginning, and what is left out by it; null where none can be found.</summary>
    public async Task<(AuditStart Start, IReadOnlyList<string> LeftOut)?> FindAsync(
        AuditLane lane, (long Start, long End) here, (long Start, long End) there, DateTimeOffset? since, CancellationToken ct)
    {
        List<string> left = [];
        if (since is { } from)
        {
            var first = await AtAsync(onSource, lane.Source, from.ToUnixTimeMilliseconds(), here.End, ct);
            here = (Math.Max(here.Start, first), here.End);
        }
        else if (here.Start == 0 && there.Start == 0)
        {
            return (new AuditStart(0, 0), left);
        }

        if (here.Start == here.End || there.Start == there.End)
        {
            // What was mirrored before a start that was asked for later is not foreign.
            return (new AuditStart(here.Start, lane is { Bounds.From: not null, Map: { } map } && map.EndSource <= here.Start
                ? Math.Clamp(map.EndTarget, there.Start, there.End)
                : there.Start), left);
        }

        var start = ByMap(lane.Map, here, there) ?? await ByContentAsync(lane, here, there, ct);
        if (start is { } found)
        {
            Say(left, "source", found.Source - here.Start, here.Start);
            Say(left, "target", since is null && lane.Bounds.From is null ? found.Target - there.Start : 0, there.Start);
        }

        return start is { } place ? (place, left) : null;
    }

    /// <summary>Where the first record of a range of the source stands on the target; null where that cannot be found.</summary>
    public async Task<AuditStart?> PlaceAsync(AuditLane lane, (long Start, long End) here, (long Start, long End) there,
        CancellationToken ct)
    {
        if (lane.Map?.ToTarget(here.Start) is { Precision: TranslationPrecision.Exact } mapped)
        {
            return mapped.Offset >= there.Start ? new AuditStart(here.Start, mapped.Offset) : null;
        }

        using var buffer = new DecompressionBuffer();
        return await FirstAsync(source, lane.Source, here, buffer, lane.Rules, ct) is { } first
            && await FindAsync(lane, first, there, buffer, ct) is { } found ? new AuditStart(first.Offset, found) : null;
    }

    private async Task<long?> FindAsync(AuditLane lane, LogRecord record, (long Start, long End) there, DecompressionBuffer buffer,
        CancellationToken ct) =>
        await SearchAsync(target, lane.Target, await AtAsync(onTarget, lane.Target, record.Timestamp, there.End, ct), there, other =>
            record.IsSameAs(other), buffer, null, ct);

    private static void Say(List<string> left, string side, long offsets, long from)
    {
        if (offsets > 0)
        {
            left.Add($"{side} offsets {from} to {from + offsets - 1}: the other side does not hold so old ones any more");
        }
    }

    private static AuditStart? ByMap(OffsetMap? map, (long Start, long End) here, (long Start, long End) there)
    {
        if (map?.ToTarget(here.Start) is { Precision: TranslationPrecision.Exact } first && first.Offset >= there.Start)
        {
            return new AuditStart(here.Start, first.Offset);
        }

        return map?.ToSource(there.Start) is { Precision: TranslationPrecision.Exact } last
            && last.Offset >= here.Start ? new AuditStart(last.Offset, there.Start) : null;
    }

    private async Task<AuditStart?> ByContentAsync(AuditLane lane, (long Start, long End) here, (long Start, long End) there,
        CancellationToken ct)
    {
        using var buffer = new DecompressionBuffer();
        if (await FirstAsync(source, lane.Source, here, buffer, lane.Rules, ct) is { } first
            && await FindAsync(lane, first, there, buffer, ct) is { } found)
        {
            return new AuditStart(first.Offset, found);
        }

        return await FirstAsync(target, lane.Target, there, buffer, null, ct) is { } other
            && await SearchAsync(source, lane.Source, await AtAsync(onSource, lane.Source, other.Timestamp, here.End, ct), here, record =>
                record.IsSameAs(other), buffer, lane.Rules, ct) is { } place
            ? new AuditStart(place, other.Offset)
            : null;
    }

    private static async Task<LogRecord?> FirstAsync(PageReader reader, TopicPartition partition, (long Start, long End) range,
        DecompressionBuffer buffer, RecordRules? rules, CancellationToken ct)
    {
        var cursor = new LogCursor(range.Start, range.End, buffer, rules);
        while (!cursor.IsAtEnd)
        {
            if (cursor.TryPeek(out var record))
            {
                return record;
            }

            if (!cursor.IsAtEnd)
            {
                cursor.Take(await reader.ReadAsync(partition, cursor.PageAt, ct));
            }
        }

        return null;
    }

    private static async Task<long?> SearchAsync(
        PageReader reader, TopicPartition partition, long from, (long Start, long End) range, Func<LogRecord, bool> isIt,
            DecompressionBuffer buffer, RecordRules? rules, CancellationToken ct)
    {
        var cursor = new LogCursor(Math.Max(from, range.Start), range.End, buffer, rules);
        for (var searched = 0; searched < MostSearched && !cursor.IsAtEnd;)
        {
            if (cursor.TryPeek(out var record))
            {
                if (isIt(record))
                {
                    return record.Offset;
                }

                cursor.Advance();
                searched++;
            }
            else if (!cursor.IsAtEnd)
            {
                cursor.Take(await reader.ReadAsync(partition, cursor.PageAt, ct));
            }
        }

        return null;
    }

    /// <summary>The offset of the first record of that time or later; <paramref name="end"/> where there is none.</summary>
    private static async Task<long> AtAsync(AdminClient cluster, TopicPartition partition, long timestamp, long end, CancellationToken ct)
    {
        var found = (await cluster.ListOffsetsAsync(new Dictionary<TopicPartition, long> { [partition] = Math.Max(0, timestamp) },
            IsolationLevel.ReadUncommitted, ct))[partition];
        return found.ErrorCode == ErrorCode.None && found.Offset >= 0 ? found.Offset : end;
    }
}

using Heliostat.Mirroring.Comparing;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Records;
using Heliostat.Protocol.Wire;

namespace Heliostat.Mirroring.Tests.Comparing;

/// <summary>A partition's log in memory, of real batches: what a broker holds and what a fetch gets of it.</summary>
internal sealed class ModelLog
{
    private readonly List<Stored> _batches = [];
    private readonly List<(long ProducerId, long First, long Marker)> _aborted = [];

    public long End { get; private set; }

    public long LogStart { get; set; }

    /// <summary>The broker writes its own time over every record's; null for the producers'.</summary>
    public long? StampedAt { get; init; }

    /// <summary>The records that a consumer of committed records gets.</summary>
    public IEnumerable<ModelRecord> Records => _batches.Where(batch => batch is { IsControl: false, IsAborted: false })
        .SelectMany(batch => batch.Records).Where(record => record.Offset >= LogStart);

    /// <summary>Appends one batch; returns the offset of its first record.</summary>
    public long Append(IReadOnlyList<ModelRecord> records, CompressionCodec codec = CompressionCodec.None, long producerId = -1,
        bool isTransactional = false)
    {
        var first = End;
        List<ModelRecord> placed = [.. records.Select((record, i) => record with { Offset = first + i })];
        _batches.Add(new Stored(first, first + placed.Count, placed, codec, producerId, isTransactional));
        End += placed.Count;
        return first;
    }

    /// <summary>Ends a producer's transaction that began at <paramref name="first"/>.</summary>
    public void Mark(long producerId, long first, bool aborts)
    {
        if (aborts)
        {
            _aborted.Add((producerId, first, End));
            for (var i = 0; i < _batches.Count; i++)
            {
                if (_batches[i] is { IsControl: false } batch && batch.ProducerId == producerId
                    && batch.First >= first) _batches[i] = batch with { IsAborted = true };
            }
        }

        _batches.Add(new Stored(End, End + 1, [], CompressionCodec.None, producerId, true) { IsControl = true, Commits = !aborts });
        End++;
    }

    /// <summary>Takes records as compaction does: batches keep their offsets, those that are left with nothing go.</summary>
    public void Compact(Func<ModelRecord, bool> keeps)
    {
        for (var i = _batches.Count - 1; i >= 0; i--)
        {
            if (_batches[i].IsControl) continue;
            var left = _batches[i].Records.Where(keeps).ToList();
            if (left.Count == 0 && i < _batches.Count - 1) _batches.RemoveAt(i);
            else if (left.Count > 0) _batches[i] = _batches[i] with { Records = left };
        }
    }

    /// <summary>What a fetch of committed records gets, whole batches of about so many bytes.</summary>
    public LogPage Page(long offset, int bytes)
    {
        offset = Math.Max(offset, LogStart);
        using var page = new MemoryStream();
        var aborted = new Rows<AbortedTransaction>();
        foreach (var batch in _batches.Where(batch => batch.Next > offset))
        {
            if (page.Length > 0 && page.Length >= bytes) break;
            page.Write(Bytes(batch));
            foreach (var transaction in _aborted.Where(t => batch is { IsAborted: true } && t.ProducerId == batch.ProducerId
                && t.First <= batch.First && t.Marker > batch.First))
            {
                var row = aborted.Next();
                (row.ProducerId, row.FirstOffset) = (transaction.ProducerId, transaction.First);
            }
        }

        return new LogPage(offset, page.ToArray(), aborted, LogStart, End);
    }

    private byte[] Bytes(Stored batch)
    {
        using var builder = new RecordBatchBuilder(batch.Codec)
        {
            BaseOffset = batch.First,
            ProducerId = batch.ProducerId,
            IsTransactional = batch.IsTransactional,
        };
        if (batch.IsControl)
        {
            new ControlRecord(batch.Commits ? ControlRecordType.Commit : ControlRecordType.Abort, 0).AppendTo(builder, 0);
            return builder.Build().ToArray();
        }

        builder.LogAppendTimestamp = StampedAt;
        using var headers = new RecordHeadersBuilder();
        foreach (var record in batch.Records)
        {
            headers.Reset();
            if (record.Header is not null) headers.Add("h"u8, record.Header);
            builder.AppendAt((int)(record.Offset - batch.First), record.Timestamp, record.Key, record.Value, headers.Headers);
        }

        builder.LastOffsetDelta = (int)(batch.Next - batch.First - 1);
        return builder.Build().ToArray();
    }

    private sealed record Stored(long First, long Next, IReadOnlyList<ModelRecord> Records, CompressionCodec Codec, long ProducerId,
        bool IsTransactional)
    {
        public bool IsControl { get; init; }

        public bool Commits { get; init; }

        public bool IsAborted { get; init; }
    }
}

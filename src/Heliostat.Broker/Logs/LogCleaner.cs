using System.Buffers.Binary;
using Heliostat.Protocol;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Records;
using Heliostat.Protocol.Wire;

namespace Heliostat.Broker.Logs;

/// <summary>
/// Writes segments anew without the records that later ones replace (Cleaner, MemoryRecords.filterTo). Offsets stay. Tombstones, and
/// markers of transactions of which nothing is left, stay until their batch's delete horizon, which the first cleaning sets (KIP-534).
/// </summary>
internal sealed class LogCleaner : IDisposable
{
    private readonly OffsetsByKey _map;
    private readonly CleanedTransactions _transactions;
    private readonly IReadOnlyDictionary<long, LastRecord> _activeProducers;
    private readonly long _upperBound;
    private readonly long _nowMs;
    private readonly long _deleteRetentionMs;
    private readonly DecompressionBuffer _buffer = new();

    /// <param name="map">The last offset of each key.</param>
    /// <param name="transactions">The transactions of the segments that are to be cleaned.</param>
    /// <param name="activeProducers">The last batch of each producer, which stays, if empty, because it says what the producer did
    /// last.</param>
    /// <param name="upperBound">Where the cleaning ends: the last batch before it stays, if empty, so that offsets are never given
    /// again.</param>
    /// <param name="nowMs">The time.</param>
    /// <param name="deleteRetentionMs">How long tombstones stay.</param>
    public LogCleaner(
        OffsetsByKey map, CleanedTransactions transactions, IReadOnlyDictionary<long, LastRecord> activeProducers, long upperBound,
        long nowMs, long deleteRetentionMs)
    {
        _map = map;
        _transactions = transactions;
        _activeProducers = activeProducers;
        _upperBound = upperBound;
        _nowMs = nowMs;
        _deleteRetentionMs = deleteRetentionMs;
    }

    /// <summary>
    /// Puts the keys of a segment from <paramref name="fromOffset"/> on into <paramref name="map"/>; false when it is full.
    /// </summary>
    public static bool Map(LogSegment segment, long fromOffset, OffsetsByKey map, CleanedTransactions transactions)
    {
        using var buffer = new DecompressionBuffer();
        using var scanner = new SegmentScanner(segment.Bytes, segment.BaseOffset, checkCrc: true);
        while (scanner.MoveNext())
        {
            var header = new RecordBatchHeader(scanner.Batch);
            if (header.IsControl) transactions.IsNeedless(header, Marker(scanner.Batch, buffer));
            else if (!transactions.IsAborted(header))
            {
                var reader = new RecordReader(scanner.Batch, buffer);
                while (reader.MoveNext())
                {
                    if (reader.Key.IsNull || reader.Offset < fromOffset) continue;
                    if (map.IsFull) return false;

                    map.Put(reader.Key.Span, reader.Offset);
                }
            }

            if (header.LastOffset >= fromOffset) map.Reach(header.LastOffset);
        }

        if (scanner.Damage is { } damage) MalformedFrameException.Throw(damage);
        return true;
    }

    /// <summary>Appends what stays of a segment to another.</summary>
    public void Clean(LogSegment from, LogSegment into)
    {
        using var scanner = new SegmentScanner(from.Bytes, from.BaseOffset, checkCrc: true);
        while (scanner.MoveNext()) Clean(scanner.Batch, into);
        if (scanner.Damage is { } damage) MalformedFrameException.Throw(damage);
    }

    public void Dispose() => _buffer.Dispose();

    private static ControlRecord? Marker(ReadOnlySpan<byte> batch, DecompressionBuffer buffer)
    {
        var reader = new RecordReader(batch, buffer);
        return reader.MoveNext() ? ControlRecord.Read(reader.Key, reader.Value) : null;
    }

    private void Clean(ReadOnlySpan<byte> batch, LogSegment into)
    {
        var header = new RecordBatchHeader(batch);
        var canGo = header.IsControl ? _transactions.IsNeedless(header, Marker(batch, _buffer)) : _transactions.IsAborted(header);
        var goes = canGo && (!header.IsControl || (header.HasDeleteHorizon && header.BaseTimestamp <= _nowMs));
        var hasTombstones = false;
        var kept = goes ? 0 : Count(batch, header, out hasTombstones);
        if (kept == 0)
        {
            if (MustStay(header)) AppendEmpty(batch[..RecordBatchHeader.Size], into);
            return;
        }

        hasTombstones |= header.IsControl && canGo;
        if (hasTombstones && !header.HasDeleteHorizon) AppendKept(batch, header, _nowMs + _deleteRetentionMs, into);
        else if (kept == header.RecordsCount) into.Append(batch);
        else AppendKept(batch, header, header.HasDeleteHorizon ? header.BaseTimestamp : null, into);
    }

    private int Count(ReadOnlySpan<byte> batch, in RecordBatchHeader header, out bool hasTombstones)
    {
        hasTombstones = false;
        var kept = 0;
        var reader = new RecordReader(batch, _buffer);
        while (reader.MoveNext())
        {
            if (!IsKept(reader, header)) continue;

            kept++;
            hasTombstones |= reader.Value.IsNull;
        }

        return kept;
    }

    private bool IsKept(in RecordReader record, in RecordBatchHeader header)
    {
        if (header.IsControl || record.Offset > _map.LatestOffset) return true;
        if (record.Key.IsNull || record.Offset < _map.Find(record.Key.Span)) return false;

        return !record.Value.IsNull || !header.HasDeleteHorizon || _nowMs < header.BaseTimestamp;
    }

    /// <summary>Whether a batch without records stays for what its header says.</summary>
    private bool MustStay(in RecordBatchHeader header)
    {
        if (header.NextOffset == _upperBound) return true;
        if (header.ProducerId < 0 || !_activeProducers.TryGetValue(header.ProducerId, out var last)) return false;

        return last.Offset >= 0 ? header.LastOffset == last.Offset : header.IsControl && header.ProducerEpoch == last.ProducerEpoch;
    }

    private void AppendKept(ReadOnlySpan<byte> batch, in RecordBatchHeader header, long? deleteHorizon, LogSegment into)
    {
        using var builder = new RecordBatchBuilder(header.Codec)
        {
            BaseOffset = header.BaseOffset,
            PartitionLeaderEpoch = header.PartitionLeaderEpoch,
            ProducerId = header.ProducerId,
            ProducerEpoch = header.ProducerEpoch,
            BaseSequence = header.BaseSequence,
            IsTransactional = header.IsTransactional,
            IsControl = header.IsControl,
            LogAppendTimestamp = header.TimestampType == TimestampType.LogAppendTime ? header.MaxTimestamp : null,
            DeleteHorizon = deleteHorizon,
        };
        var reader = new RecordReader(batch, _buffer);
        while (reader.MoveNext())
        {
            if (IsKept(reader, header))
                builder.AppendAt((int)(reader.Offset - header.BaseOffset), reader.Timestamp, reader.Key, reader.Value, reader.Headers);
        }

        builder.LastOffsetDelta = header.LastOffsetDelta;
        into.Append(builder.Build());
    }

    private static void AppendEmpty(ReadOnlySpan<byte> original, LogSegment into)
    {
        Span<byte> batch = stackalloc byte[RecordBatchHeader.Size];
        original.CopyTo(batch);
        var attributes = new RecordBatchHeader(batch).Attributes & ~(RecordBatchHeader.CodecMask | RecordBatchHeader.DeleteHorizonMask);
        BinaryPrimitives.WriteInt32BigEndian(batch[RecordBatchHeader.BatchLengthOffset..],
            RecordBatchHeader.Size - RecordBatchHeader.LogOverhead);
        BinaryPrimitives.WriteInt16BigEndian(batch[RecordBatchHeader.AttributesOffset..], (short)attributes);
        BinaryPrimitives.WriteInt64BigEndian(batch[RecordBatchHeader.BaseTimestampOffset..], -1);
        BinaryPrimitives.WriteInt32BigEndian(batch[RecordBatchHeader.RecordsCountOffset..], 0);
        BinaryPrimitives.WriteUInt32BigEndian(batch[RecordBatchHeader.CrcOffset..],
            Crc32C.Compute(batch[RecordBatchHeader.AttributesOffset..]));
        into.Append(batch);
    }

    /// <summary>What a producer did last: the offset of its last record, or -1 when that was a marker of this epoch.</summary>
    public readonly record struct LastRecord(long Offset, short ProducerEpoch);
}

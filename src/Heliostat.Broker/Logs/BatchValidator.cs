using System.Buffers.Binary;
using Heliostat.Protocol;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Records;
using Heliostat.Protocol.Wire;

namespace Heliostat.Broker.Logs;

/// <summary>What a leader demands of a client's batch before it may be appended (LogValidator, UnifiedLog.analyzeAndValidateRecords).</summary>
internal static class BatchValidator
{
    /// <summary>Checks one batch of magic 2, stamps it where the topic wants the broker's time, and corrects a wrong largest timestamp.</summary>
    public static AppendResult Validate(Memory<byte> batch, LogOptions options, long nowMs, AppendOrigin origin)
    {
        var span = batch.Span;
        var header = new RecordBatchHeader(span);
        if (origin == AppendOrigin.Client && CheckHeader(header, options, span) is { Error: not ErrorCode.None } refused) return refused;
        if (origin == AppendOrigin.Client && CheckRecords(span, options, nowMs) is { Error: not ErrorCode.None } refusedRecords) return refusedRecords;

        if (options.TimestampType != TimestampType.LogAppendTime || header.IsControl) return default;

        RecordBatchHeader.StampLogAppendTime(span, nowMs);
        return new AppendResult(ErrorCode.None, -1, nowMs, -1, null, null);
    }

    private static AppendResult CheckHeader(in RecordBatchHeader header, LogOptions options, ReadOnlySpan<byte> batch)
    {
        if (header.BaseOffset != 0)
            return AppendResult.Refused(ErrorCode.InvalidRecord, $"The baseOffset of the record batch should be 0, but it is {header.BaseOffset}");
        if (batch.Length > options.MaxMessageBytes)
        {
            return AppendResult.Refused(
                ErrorCode.MessageTooLarge, $"The record batch size is {batch.Length} bytes which exceeds the maximum configured value of {options.MaxMessageBytes}.");
        }

        if (!RecordBatch.IsCrcValid(batch)) return AppendResult.Refused(ErrorCode.CorruptMessage, $"Record is corrupt (stored crc = {header.Crc})");
        if (header.LastOffsetDelta < 0)
            return AppendResult.Refused(ErrorCode.InvalidRecord, $"Batch has an invalid offset range: [0, {header.LastOffsetDelta}]");
        if (header.RecordsCount <= 0)
            return AppendResult.Refused(ErrorCode.InvalidRecord, $"Invalid reported count for record batch: {header.RecordsCount}");
        if (!header.IsDense)
        {
            return AppendResult.Refused(
                ErrorCode.InvalidRecord,
                $"Inconsistent batch offset range [0, {header.LastOffsetDelta}] and count of records {header.RecordsCount}");
        }

        if (header.IsControl) return AppendResult.Refused(ErrorCode.InvalidRecord, "Clients are not allowed to write control records");
        if (header.ProducerId >= 0 && header.BaseSequence < 0)
        {
            return AppendResult.Refused(
                ErrorCode.InvalidRecord, $"Invalid sequence number {header.BaseSequence} in record batch with producerId {header.ProducerId}");
        }

        return header.Codec > CompressionCodec.Zstd
            ? AppendResult.Refused(ErrorCode.UnsupportedCompressionType, $"Unknown compression type id: {(int)header.Codec}")
            : default;
    }

    private static AppendResult CheckRecords(Span<byte> batch, LogOptions options, long nowMs)
    {
        var header = new RecordBatchHeader(batch);
        if (header.TimestampType == TimestampType.LogAppendTime)
        {
            return AppendResult.Refused(
                ErrorCode.InvalidTimestamp,
                "Invalid timestamp type in message. Producer should not set timestamp type to LogAppendTime.");
        }

        List<RecordError>? errors = null;
        var timestampErrors = false;
        var maxTimestamp = -1L;
        try
        {
            using var buffer = new DecompressionBuffer();
            var reader = new RecordReader(batch, buffer);
            for (var index = 0; reader.MoveNext(); index++)
            {
                maxTimestamp = Math.Max(maxTimestamp, reader.Timestamp);
                if (options.Compact && reader.Key.IsNull)
                {
                    (errors ??= []).Add(new RecordError(index, "Compacted topic cannot accept message without key."));
                }
                else if (options.TimestampType == TimestampType.CreateTime && IsOutOfRange(reader.Timestamp, options, nowMs))
                {
                    timestampErrors = true;
                    (errors ??= []).Add(new RecordError(index, $"Timestamp {reader.Timestamp} of message is out of range."));
                }
            }
        }
        catch (MalformedFrameException malformed)
        {
            return AppendResult.Refused(ErrorCode.InvalidRecord, malformed.Message);
        }

        if (errors is not null)
        {
            return timestampErrors
                ? AppendResult.Refused(
                    ErrorCode.InvalidTimestamp, "One or more records have been rejected due to invalid timestamp", errors)
                : AppendResult.Refused(
                    ErrorCode.InvalidRecord, $"One or more records have been rejected due to {errors.Count} record errors in total", errors);
        }

        if (maxTimestamp != header.MaxTimestamp) CorrectMaxTimestamp(batch, maxTimestamp);
        return default;
    }

    private static bool IsOutOfRange(long timestamp, LogOptions options, long nowMs) =>
        timestamp != -1 && (nowMs - timestamp > options.TimestampBeforeMaxMs || timestamp - nowMs > options.TimestampAfterMaxMs);

    private static void CorrectMaxTimestamp(Span<byte> batch, long maxTimestamp)
    {
        BinaryPrimitives.WriteInt64BigEndian(batch[RecordBatchHeader.MaxTimestampOffset..], maxTimestamp);
        var crc = Crc32C.Compute(batch[RecordBatchHeader.AttributesOffset..]);
        BinaryPrimitives.WriteUInt32BigEndian(batch[RecordBatchHeader.CrcOffset..], crc);
    }
}

using System.Buffers.Binary;
using Heliostat.Protocol;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Records;
using Heliostat.Protocol.Wire;

namespace Heliostat.Broker.Logs;

/// <summary>
/// What a leader demands of a client's batch before it may be appended, and what it makes of it (LogValidator,
/// UnifiedLog.analyzeAndValidateRecords). What it says where Kafka tells the client is in Kafka's words.
/// </summary>
internal static class BatchValidator
{
    /// <summary>The attributes that Kafka knows and keeps when it writes them anew.</summary>
    private const short KnownAttributes = RecordBatchHeader.CodecMask | RecordBatchHeader.TimestampTypeMask
        | RecordBatchHeader.TransactionalMask
        | RecordBatchHeader.ControlMask | RecordBatchHeader.DeleteHorizonMask;

    /// <summary>What unpacks to more is looked at one at a time: its bytes are in no budget.</summary>
    private const int LargeBytes = 16 * 1024 * 1024;

    private static readonly Lock LargeOnes = new();

    /// <summary>
    /// Checks one batch of magic 2, compresses it anew where the topic wants another codec, and corrects a wrong largest timestamp.
    /// </summary>
    public static ValidatedBatch Validate(Memory<byte> batch, LogOptions options, string logName, long nowMs)
    {
        if (CheckHeader(batch.Span, options) is { } refused) return refused;

        if (TryValidate(batch, options, logName, nowMs, LargeBytes, out var validated)
            || new RecordBatchHeader(batch.Span).Codec == CompressionCodec.None) return validated;

        lock (LargeOnes)
        {
            TryValidate(batch, options, logName, nowMs, DecompressionBuffer.DefaultMaxBytes, out validated);
            return validated;
        }
    }

    /// <summary>False when the records cannot be read, or unpack to more than <paramref name="maxBytes"/>.</summary>
    private static bool TryValidate(Memory<byte> batch, LogOptions options, string logName, long nowMs, int maxBytes,
        out ValidatedBatch validated)
    {
        var codec = new RecordBatchHeader(batch.Span).Codec;
        using var buffer = new DecompressionBuffer(maxBytes);
        var facts = new RecordFacts();
        try
        {
            ReadRecords(batch.Span, buffer, options, logName, nowMs, ref facts);
        }
        catch (MalformedFrameException)
        {
            // Kafka knows no name for a stream that cannot be decompressed.
            validated = AppendResult.Refused(facts.IsOpen ? ErrorCode.InvalidRecord : ErrorCode.UnknownServerError);
            return false;
        }

        if (facts.Errors is { } errors) validated = Refuse(errors, facts.HasTimestampErrors);
        else if (codec != (options.Codec ?? codec)) validated = Rebuild(batch.Span, buffer, options);

        // Kafka would build such a batch anew, but has skipped the keys and values when it finds out, and fails.
        else validated = facts.HasOtherOffsets
            ? AppendResult.Refused(ErrorCode.UnknownServerError)
            : Stamp(batch, options, facts.MaxTimestamp);
        return true;
    }

    private static AppendResult? CheckHeader(ReadOnlySpan<byte> batch, LogOptions options)
    {
        var header = new RecordBatchHeader(batch);
        if (header.BaseOffset != 0) return AppendResult.Refused(ErrorCode.InvalidRecord);
        if (batch.Length > options.MaxMessageBytes) return AppendResult.Refused(ErrorCode.MessageTooLarge);
        if (!RecordBatch.IsCrcValid(batch)) return AppendResult.Refused(ErrorCode.CorruptMessage);
        if (header.Codec > CompressionCodec.Zstd) return AppendResult.Refused(ErrorCode.UnknownServerError);
        if (header.RecordsCount <= 0 || !header.IsDense) return AppendResult.Refused(ErrorCode.InvalidRecord);
        if (header.IsControl) return AppendResult.Refused(ErrorCode.InvalidRecord);
        return header.ProducerId >= 0 && header.BaseSequence < 0 ? AppendResult.Refused(ErrorCode.InvalidRecord) : null;
    }

    private static void ReadRecords(
        ReadOnlySpan<byte> batch, DecompressionBuffer buffer, LogOptions options, string logName, long nowMs, ref RecordFacts facts)
    {
        var header = new RecordBatchHeader(batch);
        var isCompressed = header.Codec != CompressionCodec.None;
        var isPartial = isCompressed && header.Codec == (options.Codec ?? header.Codec);
        var reader = new RecordReader(batch, buffer);
        facts.IsOpen = true;
        for (var index = 0; reader.MoveNext(); index++)
        {
            if (options.Compact && reader.Key.IsNull)
            {
                facts.Add(index, $"Compacted topic cannot accept message without key in topic partition {logName}");
            }
            else if (options.TimestampType == TimestampType.CreateTime && reader.Timestamp != -1)
            {
                if (nowMs - reader.Timestamp > options.TimestampBeforeMaxMs || reader.Timestamp - nowMs > options.TimestampAfterMaxMs)
                {
                    facts.HasTimestampErrors = true;
                    facts.Add(
                        index,
                        $"Timestamp {reader.Timestamp} of message with offset {reader.Offset} is out of range. The timestamp should be "
                            + "within " +
                        $"[{nowMs - options.TimestampBeforeMaxMs}, {nowMs + options.TimestampAfterMaxMs}]");
                }
            }
            else if (header.TimestampType == TimestampType.LogAppendTime)
            {
                facts.HasTimestampErrors = true;
                facts.Add(index,
                    $"Invalid timestamp type in message {Describe(reader, isPartial)}. Producer should not set timestamp type to "
                        + "LogAppendTime.");
            }

            facts.MaxTimestamp = Math.Max(facts.MaxTimestamp, reader.Timestamp);
            if (isCompressed && reader.Offset != index) facts.HasOtherOffsets = true;
        }
    }

    /// <summary>A record as Java prints it, which skips keys and values of batches that stay as they are.</summary>
    private static string Describe(in RecordReader record, bool isPartial)
    {
        var (key, value) = (Length(record.Key), Length(record.Value));
        return $"{(isPartial ? "Partial" : "")}DefaultRecord(offset={record.Offset}, timestamp={record.Timestamp}, key={key} bytes, "
            + $"value={value} bytes)";

        int Length(NullableSpan field) => field.IsNull ? (isPartial ? -1 : 0) : field.Span.Length;
    }

    private static AppendResult Refuse(List<RecordError> errors, bool hasTimestampErrors)
    {
        if (hasTimestampErrors)
            return AppendResult.Refused(ErrorCode.InvalidTimestamp, "One or more records have been rejected due to invalid timestamp",
                errors);

        var firstThree = string.Join(", ",
            errors.Take(3).Select(error => $"RecordError(batchIndex={error.BatchIndex}, message='{error.Message}')"));
        return AppendResult.Refused(
            ErrorCode.InvalidRecord,
            $"One or more records have been rejected due to {errors.Count} record errors in total, and only showing the first three errors "
                + $"at most: [{firstThree}]",
            errors);
    }

    /// <summary>Makes the header say what the records do; the broker's own time comes on append.</summary>
    private static ValidatedBatch Stamp(Memory<byte> batch, LogOptions options, long maxTimestamp)
    {
        var span = batch.Span;
        var header = new RecordBatchHeader(span);
        if (options.TimestampType == TimestampType.LogAppendTime)
        {
            if ((header.Attributes & ~KnownAttributes) != 0) Write(span, header.Attributes, header.MaxTimestamp);
        }
        else if (header.TimestampType != TimestampType.CreateTime || header.MaxTimestamp != maxTimestamp)
        {
            Write(span, (short)(header.Attributes & ~RecordBatchHeader.TimestampTypeMask), maxTimestamp);
        }

        return batch;
    }

    private static void Write(Span<byte> batch, short attributes, long maxTimestamp)
    {
        BinaryPrimitives.WriteInt16BigEndian(batch[RecordBatchHeader.AttributesOffset..], (short)(attributes & KnownAttributes));
        BinaryPrimitives.WriteInt64BigEndian(batch[RecordBatchHeader.MaxTimestampOffset..], maxTimestamp);
        BinaryPrimitives.WriteUInt32BigEndian(batch[RecordBatchHeader.CrcOffset..],
            Crc32C.Compute(batch[RecordBatchHeader.AttributesOffset..]));
    }

    private static ValidatedBatch Rebuild(ReadOnlySpan<byte> batch, DecompressionBuffer buffer, LogOptions options)
    {
        var header = new RecordBatchHeader(batch);
        if (header.ProducerId >= 0 && header.ProducerEpoch < 0) return AppendResult.Refused(ErrorCode.UnknownServerError);

        using var builder = new RecordBatchBuilder(options.Codec ?? header.Codec, options.Codec is null ? null : options.CodecLevel)
        {
            ProducerId = header.ProducerId,
            ProducerEpoch = header.ProducerEpoch,
            BaseSequence = header.BaseSequence,
            IsTransactional = header.IsTransactional,
        };
        var reader = new RecordReader(batch, buffer);
        while (reader.MoveNext()) builder.Append(reader.Timestamp, reader.Key, reader.Value, reader.Headers);

        var rebuilt = builder.Build().ToArray();
        return rebuilt.Length > options.MaxMessageBytes ? AppendResult.Refused(ErrorCode.MessageTooLarge) : rebuilt.AsMemory();
    }

    private struct RecordFacts()
    {
        public List<RecordError>? Errors;
        public bool HasTimestampErrors;
        public bool IsOpen;
        public bool HasOtherOffsets;
        public long MaxTimestamp = -1;

        public void Add(int index, string message) => (Errors ??= []).Add(new RecordError(index, message));
    }
}

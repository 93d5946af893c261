using System.Buffers.Binary;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Records;

namespace Heliostat.Broker.Logs;

/// <summary>
/// The one batch that the records field of a produce request must hold (ProduceRequest.validateRecords, ByteBufferLogInputStream).
/// </summary>
internal static class ProducedRecords
{
    private const int SmallestLength = 14;
    private const short FirstWithZstd = 7;

    /// <summary>
    /// Why the field does not begin as a batch does, in Kafka's words: it then refuses the whole request. Null when it does, or is cut off.
    /// </summary>
    public static string? FindCorruption(ReadOnlySpan<byte> records)
    {
        if (records.Length < RecordBatchHeader.LogOverhead) return null;

        var length = BinaryPrimitives.ReadInt32BigEndian(records[RecordBatchHeader.BatchLengthOffset..]);
        if (length < SmallestLength) return $"Record size {length} is less than the minimum record overhead ({SmallestLength})";
        return records.Length > RecordBatchHeader.MagicOffset && (sbyte)records[RecordBatchHeader.MagicOffset] is < 0 or > 2
            ? $"Invalid magic found in record: {(sbyte)records[RecordBatchHeader.MagicOffset]}"
            : null;
    }

    /// <summary>Whether the field's batch says that it belongs to a transaction.</summary>
    public static bool IsTransactional(ReadOnlySpan<byte> records) =>
        NextSize(records) >= RecordBatchHeader.Size && records[RecordBatchHeader.MagicOffset] == 2
            && new RecordBatchHeader(records).IsTransactional;

    /// <summary>
    /// Finds the batch; what is cut off behind it does not count. Kafka has no words for the client on any of these errors.
    /// </summary>
    public static ErrorCode Find(Memory<byte> records, short version, out Memory<byte> batch)
    {
        var size = NextSize(records.Span);
        batch = records[..size];
        if (size == 0) return FindCorruption(records.Span) is null ? ErrorCode.InvalidRecord : ErrorCode.CorruptMessage;
        if (batch.Span[RecordBatchHeader.MagicOffset] != 2) return ErrorCode.InvalidRecord;

        // A batch whose length leaves no room for its header is corrupt when its checksum is asked for.
        if (size < RecordBatchHeader.Size) return ErrorCode.CorruptMessage;
        if (version < FirstWithZstd)
        {
            var codec = new RecordBatchHeader(batch.Span).Codec;
            if (codec == CompressionCodec.Zstd) return ErrorCode.UnsupportedCompressionType;
            if (codec > CompressionCodec.Zstd) return ErrorCode.UnknownServerError;
        }

        var rest = records.Span[size..];
        if (FindCorruption(rest) is not null) return ErrorCode.CorruptMessage;
        return NextSize(rest) > 0 ? ErrorCode.InvalidRecord : ErrorCode.None;
    }

    /// <summary>The size of the batch that starts here; 0 when it is cut off, corrupt or not there.</summary>
    private static int NextSize(ReadOnlySpan<byte> records)
    {
        if (records.Length <= RecordBatchHeader.MagicOffset || FindCorruption(records) is not null) return 0;

        var length = BinaryPrimitives.ReadInt32BigEndian(records[RecordBatchHeader.BatchLengthOffset..]);
        return length <= records.Length - RecordBatchHeader.LogOverhead ? length + RecordBatchHeader.LogOverhead : 0;
    }
}

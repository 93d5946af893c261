using System.Buffers.Binary;
using Heliostat.Protocol.Records;

namespace Heliostat.Broker.Logs;

/// <summary>What a log needs to know of a stored batch, and where it lies in its segment.</summary>
internal readonly record struct BatchFacts(long Position, int Size, long BaseOffset, long LastOffset, long MaxTimestamp, int LeaderEpoch)
{
    public static BatchFacts Of(in RecordBatchHeader header, long position) =>
        new(position, header.SizeInBytes, header.BaseOffset, header.LastOffset, header.MaxTimestamp, header.PartitionLeaderEpoch);

    /// <summary>Whether these bytes may be the header of a batch of which at most so many bytes are there.</summary>
    public static bool IsHeader(ReadOnlySpan<byte> bytes, long availableBytes)
    {
        if (bytes.Length < RecordBatchHeader.Size || bytes[RecordBatchHeader.MagicOffset] != 2) return false;

        var length = BinaryPrimitives.ReadInt32BigEndian(bytes[RecordBatchHeader.BatchLengthOffset..]);
        return length >= RecordBatchHeader.Size - RecordBatchHeader.LogOverhead && length <= availableBytes - RecordBatchHeader.LogOverhead;
    }
}

using System.Buffers.Binary;
using Heliostat.Protocol.Wire;

namespace Heliostat.Broker.Logs;

/// <summary>
/// What is known of a segment to which nothing comes any more, kept beside it so that it need not be looked through again. On disk: a
/// version, then the fields in order, the index entries as 16 bytes each, and a CRC-32C of all that.
/// </summary>
internal sealed record SegmentFacts(
    long Size, long NextOffset, long MaxTimestamp, long FirstTimestamp, long ModifiedMs, IReadOnlyList<LogSegment.IndexEntry> Index)
{
    private const short Version = 1;
    private const int HeadBytes = 2 + (5 * 8) + 4;
    private const int EntryBytes = 16;
    private const int CrcBytes = 4;

    public static string FileName(long baseOffset) => $"{baseOffset:D20}.facts";

    public static SegmentFacts Of(LogSegment segment) =>
        new(segment.Size, segment.NextOffset, segment.MaxTimestamp, segment.FirstTimestamp, segment.ModifiedMs, segment.Index);

    public byte[] Encode()
    {
        var bytes = new byte[HeadBytes + (Index.Count * EntryBytes) + CrcBytes];
        var span = bytes.AsSpan();
        BinaryPrimitives.WriteInt16BigEndian(span, Version);
        BinaryPrimitives.WriteInt64BigEndian(span[2..], Size);
        BinaryPrimitives.WriteInt64BigEndian(span[10..], NextOffset);
        BinaryPrimitives.WriteInt64BigEndian(span[18..], MaxTimestamp);
        BinaryPrimitives.WriteInt64BigEndian(span[26..], FirstTimestamp);
        BinaryPrimitives.WriteInt64BigEndian(span[34..], ModifiedMs);
        BinaryPrimitives.WriteInt32BigEndian(span[42..], Index.Count);
        for (var i = 0; i < Index.Count; i++)
        {
            var entry = span.Slice(HeadBytes + (i * EntryBytes), EntryBytes);
            BinaryPrimitives.WriteInt32BigEndian(entry, Index[i].OffsetDelta);
            BinaryPrimitives.WriteInt32BigEndian(entry[4..], Index[i].Position);
            BinaryPrimitives.WriteInt64BigEndian(entry[8..], Index[i].MaxTimestampBefore);
        }

        BinaryPrimitives.WriteUInt32BigEndian(span[^CrcBytes..], Crc32C.Compute(span[..^CrcBytes]));
        return bytes;
    }

    /// <summary>Reads it; null when the bytes are not whole or not of this version.</summary>
    public static SegmentFacts? Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeadBytes + CrcBytes
            || BinaryPrimitives.ReadUInt32BigEndian(bytes[^CrcBytes..]) != Crc32C.Compute(bytes[..^CrcBytes])) return null;

        var count = BinaryPrimitives.ReadInt32BigEndian(bytes[42..]);
        if (BinaryPrimitives.ReadInt16BigEndian(bytes) != Version || bytes.Length != HeadBytes + ((long)count * EntryBytes) + CrcBytes)
            return null;

        var index = new LogSegment.IndexEntry[count];
        for (var i = 0; i < count; i++)
        {
            var entry = bytes.Slice(HeadBytes + (i * EntryBytes), EntryBytes);
            index[i] = new LogSegment.IndexEntry(
                BinaryPrimitives.ReadInt32BigEndian(entry), BinaryPrimitives.ReadInt32BigEndian(entry[4..]),
                BinaryPrimitives.ReadInt64BigEndian(entry[8..]));
        }

        return new SegmentFacts(
            BinaryPrimitives.ReadInt64BigEndian(bytes[2..]),
            BinaryPrimitives.ReadInt64BigEndian(bytes[10..]),
            BinaryPrimitives.ReadInt64BigEndian(bytes[18..]),
            BinaryPrimitives.ReadInt64BigEndian(bytes[26..]),
            BinaryPrimitives.ReadInt64BigEndian(bytes[34..]),
            index);
    }
}

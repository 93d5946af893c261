using System.Buffers.Binary;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Records;

/// <summary>
/// A view of one message of magic 0 or 1 with its offset and size fields (LegacyRecord): offset 8, size 4, crc 4, magic 1, attributes 1,
/// in magic 1 timestamp 8, then key and value, each behind a 32-bit length that is -1 for null.
/// </summary>
internal readonly ref struct LegacyMessage
{
    public const int MinSize = 26;
    public const int MinSizeWithTimestamp = 34;

    public const int CrcOffset = 12;
    public const int MagicOffset = 16;
    public const int AttributesOffset = 17;
    public const int TimestampOffset = 18;

    private readonly ReadOnlySpan<byte> _message;

    /// <summary>
    /// Views a whole message, as <see cref="BatchWalker"/> yields it; throws <see cref="MalformedFrameException"/> if key and value do not
    /// fill it.
    /// </summary>
    public LegacyMessage(ReadOnlySpan<byte> message)
    {
        _message = message;
        var position = Magic == 0 ? TimestampOffset : TimestampOffset + sizeof(long);
        Key = Field(message, ref position, "key length");
        Value = Field(message, ref position, "value length");
        if (position != message.Length) MalformedFrameException.Throw("bytes left over after a message's value", message.Length - position);
    }

    public NullableSpan Key { get; }

    public NullableSpan Value { get; }

    public long Offset => BinaryPrimitives.ReadInt64BigEndian(_message);

    public byte Magic => _message[MagicOffset];

    public CompressionCodec Codec => (CompressionCodec)(_message[AttributesOffset] & RecordBatchHeader.CodecMask);

    public TimestampType TimestampType =>
        Magic != 0 && (_message[AttributesOffset] & RecordBatchHeader.TimestampTypeMask) != 0
            ? TimestampType.LogAppendTime
            : TimestampType.CreateTime;

    /// <summary>Milliseconds since the epoch; -1 in magic 0, which has no timestamps.</summary>
    public long Timestamp => Magic == 0 ? -1 : BinaryPrimitives.ReadInt64BigEndian(_message[TimestampOffset..]);

    public static bool IsCrcValid(ReadOnlySpan<byte> message) =>
        BinaryPrimitives.ReadUInt32BigEndian(message[CrcOffset..]) == Crc32.Compute(message[MagicOffset..]);

    private static NullableSpan Field(ReadOnlySpan<byte> message, scoped ref int position, string what)
    {
        if (message.Length - position < sizeof(int)) MalformedFrameException.Throw(what, message.Length - position);
        var length = BinaryPrimitives.ReadInt32BigEndian(message[position..]);
        position += sizeof(int);
        if (length == -1) return NullableSpan.Null;
        if (length < 0 || length > message.Length - position) MalformedFrameException.Throw(what, length);

        var field = message.Slice(position, length);
        position += length;
        return field;
    }
}

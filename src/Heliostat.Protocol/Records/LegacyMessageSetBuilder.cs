using System.Buffers.Binary;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Records;

/// <summary>
/// Builds message sets of magic 0 and 1, for peers older than 0.11: append messages, <see cref="Build"/>, copy the bytes away,
/// <see cref="Reset"/>. Compressed, the set becomes one message that wraps the others. Not thread-safe.
/// </summary>
/// <param name="magic">0, without timestamps, or 1.</param>
/// <param name="codec">Compresses every set; zstd came later than these formats.</param>
/// <param name="level">Kafka's level for the codec; null for its default.</param>
public sealed class LegacyMessageSetBuilder(byte magic, CompressionCodec codec = CompressionCodec.None, int? level = null) : IDisposable
{
    private readonly byte _magic = magic <= 1 ? magic : throw new ArgumentOutOfRangeException(nameof(magic), magic, "0 or 1");
    private readonly CompressionCodec _codec = codec < CompressionCodec.Zstd
        ? codec
        : throw new ArgumentOutOfRangeException(nameof(codec), codec, "not a codec of magic 0 and 1");

    private readonly PooledBuffer _messages = new();
    private readonly PooledBuffer _wrapped = new();
    private readonly PooledBuffer _value = new();
    private long _firstOffset;
    private long _lastOffset = -1;
    private long _maxTimestamp = -1;

    /// <summary>A broker's time that replaces the time of every message, in magic 1; null for the messages' own.</summary>
    public long? LogAppendTimestamp { get; set; }

    /// <summary>Forgets the messages and keeps the memory.</summary>
    public void Reset()
    {
        _messages.Truncate(0);
        _lastOffset = -1;
        _maxTimestamp = -1;
        LogAppendTimestamp = null;
    }

    /// <summary>
    /// Appends a message; <paramref name="offset"/> is absolute and higher than the last one's. Magic 0 drops the timestamp.
    /// </summary>
    public void Append(long offset, long timestamp, NullableSpan key, NullableSpan value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(offset, _lastOffset);
        if (_messages.Length == 0) _firstOffset = offset;
        _lastOffset = offset;
        _maxTimestamp = Math.Max(_maxTimestamp, timestamp);

        var relative = _codec != CompressionCodec.None && _magic == 1;
        Write(_messages, relative ? offset - _firstOffset : offset, timestamp, CompressionCodec.None, key, value);
    }

    /// <summary>Completes the set; its bytes are valid until the builder is used again.</summary>
    public ReadOnlySpan<byte> Build()
    {
        if (_codec == CompressionCodec.None || _messages.Length == 0) return _messages.Written;

        _value.Truncate(0);
        Codecs.Compress(_codec, _messages.Written, _value, level, _magic);
        _wrapped.Truncate(0);
        Write(_wrapped, _lastOffset, _maxTimestamp, _codec, NullableSpan.Null, (ReadOnlySpan<byte>)_value.Written);
        return _wrapped.Written;
    }

    /// <summary>Returns the memory to the pool.</summary>
    public void Dispose()
    {
        _messages.Dispose();
        _wrapped.Dispose();
        _value.Dispose();
    }

    private static void Write(Span<byte> room, ref int position, NullableSpan field)
    {
        BinaryPrimitives.WriteInt32BigEndian(room[position..], field.IsNull ? -1 : field.Span.Length);
        field.Span.CopyTo(room[(position + sizeof(int))..]);
        position += sizeof(int) + field.Span.Length;
    }

    private void Write(PooledBuffer destination, long offset, long timestamp, CompressionCodec attribute, NullableSpan key,
        NullableSpan value)
    {
        var size = checked((_magic == 0 ? LegacyMessage.MinSize : LegacyMessage.MinSizeWithTimestamp) + key.Span.Length
            + value.Span.Length);
        var room = destination.GetSpan(size)[..size];
        var stamped = _magic == 1 && LogAppendTimestamp is not null;
        BinaryPrimitives.WriteInt64BigEndian(room, offset);
        BinaryPrimitives.WriteInt32BigEndian(room[RecordBatchHeader.BatchLengthOffset..], size - RecordBatchHeader.LogOverhead);
        room[LegacyMessage.MagicOffset] = _magic;
        room[LegacyMessage.AttributesOffset] = (byte)((int)attribute | (stamped ? RecordBatchHeader.TimestampTypeMask : 0));
        var position = LegacyMessage.TimestampOffset;
        if (_magic == 1)
        {
            BinaryPrimitives.WriteInt64BigEndian(room[position..], LogAppendTimestamp ?? timestamp);
            position += sizeof(long);
        }

        Write(room, ref position, key);
        Write(room, ref position, value);
        BinaryPrimitives.WriteUInt32BigEndian(room[LegacyMessage.CrcOffset..], Crc32.Compute(room[LegacyMessage.MagicOffset..]));
        destination.Advance(size);
    }
}

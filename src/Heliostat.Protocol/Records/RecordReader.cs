using System.Buffers.Binary;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Records;

/// <summary>
/// Reads the records of one batch (magic 2) or message (magic 0 and 1, be it a compressed wrapper of others), decompressing where needed.
/// Spans it hands out are valid until the batch's memory or the buffer is used for something else. Anything that is not well formed throws
/// <see cref="MalformedFrameException"/>. It does not check the CRC: see <see cref="RecordBatch.IsCrcValid"/>.
/// </summary>
public ref struct RecordReader
{
    private readonly byte _magic;
    private readonly bool _isWrapped;
    private readonly TimestampType _timestampType;
    private readonly long _batchOffset;
    private readonly long _batchTimestamp;
    private readonly ReadOnlySpan<byte> _records;
    private int _left;
    private int _position;

    /// <summary>Opens <paramref name="batch"/>, whole, as <see cref="BatchWalker"/> found it.</summary>
    /// <param name="batch">All bytes of the batch.</param>
    /// <param name="buffer">Takes what is decompressed. One reader at a time may use it.</param>
    public RecordReader(ReadOnlySpan<byte> batch, DecompressionBuffer buffer)
    {
        if (batch.Length <= RecordBatchHeader.MagicOffset) MalformedFrameException.Throw("batch is too short", batch.Length);
        _magic = batch[RecordBatchHeader.MagicOffset];
        if (_magic == 2)
        {
            if (batch.Length < RecordBatchHeader.Size) MalformedFrameException.Throw("batch is too short", batch.Length);
            var header = new RecordBatchHeader(batch);
            if (header.SizeInBytes != batch.Length) MalformedFrameException.Throw("batch length", header.BatchLength);
            _timestampType = header.TimestampType;
            _batchOffset = header.BaseOffset;
            _batchTimestamp = _timestampType == TimestampType.LogAppendTime ? header.MaxTimestamp : header.BaseTimestamp;
            _left = header.RecordsCount;
            if (_left < 0) MalformedFrameException.Throw("record count", _left);
            _records = Open(header.Codec, batch[RecordBatchHeader.Size..], buffer, _magic);
            return;
        }

        if (_magic > 2 || batch.Length < LegacyMessage.MinSize + (_magic * sizeof(long)))
            MalformedFrameException.Throw("magic is unknown or the message too short for it", _magic);
        var message = new LegacyMessage(batch);
        _records = batch;
        if (message.Codec == CompressionCodec.None) return;

        if (message.Codec == CompressionCodec.Zstd || message.Value.IsNull)
            MalformedFrameException.Throw("compressed message without value, or of a codec that its magic does not have",
                (long)message.Codec);
        _records = Open(message.Codec, message.Value.Span, buffer, _magic);
        _timestampType = message.TimestampType;
        _batchTimestamp = message.Timestamp;
        _isWrapped = true;
        _batchOffset = InnerBaseOffset(message.Offset);
    }

    /// <summary>The record's absolute offset.</summary>
    public long Offset { get; private set; }

    /// <summary>Milliseconds since the epoch, as consumers see it: the broker's where it was stamped on append; -1 in magic 0.</summary>
    public long Timestamp { get; private set; }

    public NullableSpan Key { get; private set; }

    public NullableSpan Value { get; private set; }

    /// <summary>Empty in magic 0 and 1.</summary>
    public RecordHeaders Headers { get; private set; }

    /// <summary>Reads the next record; false after the last.</summary>
    public bool MoveNext() => _magic == 2 ? NextRecord() : NextMessage();

    private static ReadOnlySpan<byte> Open(CompressionCodec codec, ReadOnlySpan<byte> bytes, DecompressionBuffer buffer, byte magic)
    {
        if (codec == CompressionCodec.None) return bytes;
        Codecs.Decompress(codec, bytes, buffer, magic);
        return buffer.Written;
    }

    private static NullableSpan Field(ReadOnlySpan<byte> record, scoped ref int position, string what)
    {
        var length = Varint.ReadInt32(record, ref position);
        if (length < 0) return NullableSpan.Null;
        if (length > record.Length - position) MalformedFrameException.Throw(what, length);

        var field = record.Slice(position, length);
        position += length;
        return field;
    }

    // Length, then in so many bytes: attributes 1 (unused), timestamp delta, offset delta, key, value, headers (DefaultRecord).
    private bool NextRecord()
    {
        if (_left == 0)
        {
            if (_position != _records.Length)
                MalformedFrameException.Throw("bytes left over after a batch's records", _records.Length - _position);
            return false;
        }

        var length = Varint.ReadInt32(_records, ref _position);
        if (length < 1 || length > _records.Length - _position) MalformedFrameException.Throw("record length", length);
        var record = _records.Slice(_position, length);
        var position = 1;
        var timestampDelta = Varint.ReadInt64(record, ref position);
        var offsetDelta = Varint.ReadInt32(record, ref position);
        Key = Field(record, ref position, "key length");
        Value = Field(record, ref position, "value length");
        Headers = RecordHeaders.Read(record[position..]);
        Offset = _batchOffset + offsetDelta;
        Timestamp = _timestampType == TimestampType.LogAppendTime ? _batchTimestamp : _batchTimestamp + timestampDelta;
        _position += length;
        _left--;
        return true;
    }

    private bool NextMessage()
    {
        var walker = new BatchWalker(_records[_position..]);
        if (!walker.MoveNext())
        {
            if (walker.Malformed is not null) MalformedFrameException.Throw(walker.Malformed);
            return false;
        }

        var message = new LegacyMessage(walker.Current.Of(_records[_position..]));
        if (walker.Current.Magic > 1 || (_isWrapped && message.Codec != CompressionCodec.None))
            MalformedFrameException.Throw("a compressed message holds another compressed message or one of magic", walker.Current.Magic);
        Key = message.Key;
        Value = message.Value;
        Offset = _batchOffset + message.Offset;
        Timestamp = _isWrapped && _timestampType == TimestampType.LogAppendTime && message.Magic != 0 ? _batchTimestamp : message.Timestamp;
        _position += walker.Position;
        return true;
    }

    // In magic 1 the inner offsets count from 0 and the wrapper has the last one's absolute offset (KIP-31); librdkafka once left the
    // wrapper's at 0.
    private readonly long InnerBaseOffset(long wrapperOffset)
    {
        var walker = new BatchWalker(_records);
        if (!walker.MoveNext()) MalformedFrameException.Throw(walker.Malformed ?? "a compressed message holds no messages");
        if (_magic == 0 || wrapperOffset == 0) return 0;

        while (walker.MoveNext()) { }
        var last = BinaryPrimitives.ReadInt64BigEndian(walker.Current.Of(_records));
        if (last < 0 || last > wrapperOffset)
            MalformedFrameException.Throw("the last offset in a compressed message is not within it", last);
        return wrapperOffset - last;
    }
}

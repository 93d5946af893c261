using System.Buffers;
using System.Buffers.Binary;
using Heliostat.Protocol.Records;

namespace Heliostat.Broker.Logs;

/// <summary>
/// Reads a segment batch by batch and trusts nothing it reads: it ends at the first batch that cannot be what was appended.
/// </summary>
internal sealed class SegmentScanner : IDisposable
{
    private const int ChunkBytes = 1 << 20;

    private readonly ISegmentBytes _bytes;
    private readonly long _baseOffset;
    private readonly bool _checkCrc;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
    private long _bufferStart;
    private int _bufferLength;
    private int _size;

    /// <param name="bytes">The segment.</param>
    /// <param name="baseOffset">The lowest offset that its first batch may have.</param>
    /// <param name="checkCrc">Whether the whole of each batch is checked, not only its header.</param>
    public SegmentScanner(ISegmentBytes bytes, long baseOffset, bool checkCrc)
    {
        _bytes = bytes;
        NextOffset = _baseOffset = baseOffset;
        _checkCrc = checkCrc;
    }

    /// <summary>Where the present batch starts; after the last, where it ended.</summary>
    public long Position { get; private set; }

    /// <summary>The offset after the present batch.</summary>
    public long NextOffset { get; private set; }

    /// <summary>Why it ended before the end, in words for an operator; null when it did not.</summary>
    public string? Damage { get; private set; }

    /// <summary>The whole present batch; valid until the next.</summary>
    public ReadOnlySpan<byte> Batch => _buffer.AsSpan((int)(Position - _bufferStart), _size);

    /// <summary>Starts in the middle, where a batch begins.</summary>
    public void Seek(long position)
    {
        Position = position;
        _size = 0;
    }

    public bool MoveNext()
    {
        Position += _size;
        _size = 0;
        if (Damage is not null || Position >= _bytes.Length) return false;
        if (!Fill(RecordBatchHeader.Size)) return Fail("its header is cut off");

        var head = _buffer.AsSpan((int)(Position - _bufferStart));
        var length = BinaryPrimitives.ReadInt32BigEndian(head[RecordBatchHeader.BatchLengthOffset..]);
        if (head[RecordBatchHeader.MagicOffset] != 2) return Fail("it has no magic 2");
        if (length < RecordBatchHeader.Size - RecordBatchHeader.LogOverhead) return Fail("its length is too small");
        if (length > _bytes.Length - Position - RecordBatchHeader.LogOverhead || !Fill(length + RecordBatchHeader.LogOverhead))
            return Fail("it is cut off");

        _size = length + RecordBatchHeader.LogOverhead;
        var header = new RecordBatchHeader(Batch);
        if (header.BaseOffset < NextOffset || header.LastOffsetDelta < 0) return Fail("its offsets go back");
        // The checksum does not cover the base offset.
        if (header.BaseOffset - _baseOffset > int.MaxValue - header.LastOffsetDelta) return Fail("its offsets are too far on");
        if (_checkCrc && !RecordBatch.IsCrcValid(Batch)) return Fail("its checksum is wrong");

        NextOffset = header.NextOffset;
        return true;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    /// <summary>Has so many bytes from the position on in the buffer; false when there are fewer.</summary>
    private bool Fill(int count)
    {
        if (Position >= _bufferStart && Position + count <= _bufferStart + _bufferLength) return true;

        if (count > _buffer.Length)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = ArrayPool<byte>.Shared.Rent(count);
        }

        _bufferStart = Position;
        _bufferLength = _bytes.Copy(Position, _buffer);
        return _bufferLength >= count;
    }

    private bool Fail(string why)
    {
        Damage = $"the batch at byte {Position} is damaged: {why}";
        _size = 0;
        return false;
    }
}

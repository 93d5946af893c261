using System.Buffers.Binary;

namespace Heliostat.Protocol.Wire;

/// <summary>
/// What a <see cref="WireWriter"/> writes into: a growing run of bytes with foreign slices spliced in at marked places, so that record
/// batches are sent from where they lie. Reused from message to message.
/// </summary>
public sealed class WireBuffer
{
    private byte[] _bytes = new byte[512];
    private readonly List<Foreign> _splices = [];

    /// <summary>Bytes written here, splices not counted.</summary>
    public int Length { get; private set; }

    /// <summary>Bytes of the whole message, splices included.</summary>
    public long TotalBytes { get; private set; }

    /// <summary>The bytes written here, without the splices.</summary>
    public Span<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>Number of parts that <see cref="Segment"/> yields.</summary>
    public int SegmentCount => _splices.Count * 2 + 1;

    public void Clear()
    {
        Length = 0;
        TotalBytes = 0;
        _splices.Clear();
    }

    /// <summary>The next <paramref name="count"/> bytes to fill.</summary>
    public Span<byte> Take(int count)
    {
        if (_bytes.Length - Length < count)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, checked(Length + count)));
        }

        var span = _bytes.AsSpan(Length, count);
        Length += count;
        TotalBytes += count;
        return span;
    }

    /// <summary>Puts a foreign slice at the current place. It must not change until the message is sent.</summary>
    public void Splice(ReadOnlyMemory<byte> slice)
    {
        if (slice.Length > 0)
        {
            _splices.Add(new Foreign(Length, slice));
            TotalBytes += slice.Length;
        }
    }

    /// <summary>The parts of the message in order: own bytes at even places (may be empty), splices at odd ones.</summary>
    public ReadOnlyMemory<byte> Segment(int index)
    {
        if ((index & 1) == 1)
        {
            return _splices[index >> 1].Slice;
        }

        var start = index == 0 ? 0 : _splices[(index >> 1) - 1].At;
        var end = index >> 1 == _splices.Count ? Length : _splices[index >> 1].At;
        return _bytes.AsMemory(start, end - start);
    }

    /// <summary>Writes <paramref name="value"/> over four bytes written before.</summary>
    public void PatchInt32(int at, int value) => BinaryPrimitives.WriteInt32BigEndian(_bytes.AsSpan(at), value);

    /// <summary>The whole message as one array: for tests and for what is small.</summary>
    public byte[] ToArray()
    {
        var all = new byte[TotalBytes];
        var at = 0;
        for (var i = 0; i < SegmentCount; i++)
        {
            var segment = Segment(i);
            segment.Span.CopyTo(all.AsSpan(at));
            at += segment.Length;
        }

        return all;
    }

    /// <summary>Opens a gap of <paramref name="count"/> bytes at <paramref name="at"/>, behind which no splice may lie.</summary>
    internal void Insert(int at, int count)
    {
        var tail = Length - at;
        Take(count);
        _bytes.AsSpan(at, tail).CopyTo(_bytes.AsSpan(at + count));
    }

    private readonly record struct Foreign(int At, ReadOnlyMemory<byte> Slice);
}

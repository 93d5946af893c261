using Heliostat.Protocol.Compression;

namespace Heliostat.Mirroring.Rules;

/// <summary>Bytes that are written one after the other, in an array that is kept.</summary>
internal sealed class ByteBuffer
{
    /// <summary>
    /// As much as a batch may decompress to: a flattened name, said again with each field within, makes any size of a small record.
    /// </summary>
    private const int Most = DecompressionBuffer.DefaultMaxBytes;

    private byte[] _bytes = [];

    /// <summary>How many were written.</summary>
    public int Length { get; private set; }

    /// <summary>What was written; valid until something else is.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(GetSpan(bytes.Length));
        Length += bytes.Length;
    }

    /// <summary>Forgets what was written from <paramref name="length"/> on.</summary>
    public void Truncate(int length) => Length = Math.Min(Length, length);

    public void Advance(int count) => Length += count;

    public Span<byte> GetSpan(int sizeHint)
    {
        Reserve(sizeHint);
        return _bytes.AsSpan(Length);
    }

    private void Reserve(int more)
    {
        if (Math.Max(more, 1) > _bytes.Length - Length)
        {
            var needed = (long)Length + Math.Max(more, 1);
            if (needed > Most)
            {
                throw new JsonEditException($"what it becomes takes more than {Most} bytes");
            }

            Array.Resize(ref _bytes, (int)Math.Min(Most, Math.Max(needed, Math.Max(1024, _bytes.Length * 2L))));
        }
    }
}

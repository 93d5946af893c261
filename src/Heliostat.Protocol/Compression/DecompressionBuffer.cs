namespace Heliostat.Protocol.Compression;

/// <summary>
/// Where decompressed bytes go: a pooled array that grows with what arrives, up to a bound against decompression bombs. One batch at a
/// time; not thread-safe. <see cref="Dispose"/> gives the array back; the buffer may be used again after it.
/// </summary>
/// <param name="maxBytes">The most bytes that one batch may decompress to; more is <see cref="MalformedFrameException"/>.</param>
public sealed class DecompressionBuffer(int maxBytes = DecompressionBuffer.DefaultMaxBytes) : IDisposable
{
    public const int DefaultMaxBytes = 256 * 1024 * 1024;

    private readonly PooledBuffer _bytes = new();

    /// <summary>The bytes of the last batch; valid until the next.</summary>
    public ReadOnlySpan<byte> Written => _bytes.Written;

    /// <summary>Returns the array to the pool.</summary>
    public void Dispose() => _bytes.Dispose();

    internal void Clear() => _bytes.Truncate(0);

    /// <summary>
    /// Room for <paramref name="byteCount"/> bytes or more; throws <see cref="MalformedFrameException"/> if the bound leaves less.
    /// </summary>
    internal Span<byte> Reserve(long byteCount)
    {
        var allowed = maxBytes - _bytes.Length;
        if (byteCount > allowed) MalformedFrameException.Throw("a batch decompresses to more bytes than are allowed, which is", maxBytes);
        var room = _bytes.GetSpan((int)byteCount);
        return room.Length > allowed ? room[..allowed] : room;
    }

    /// <summary>Room for <paramref name="byteCount"/> bytes or more, or for as many as the bound leaves.</summary>
    internal Span<byte> ReserveUpTo(long byteCount) => Reserve(Math.Min(byteCount, maxBytes - _bytes.Length));

    /// <summary>Counts <paramref name="byteCount"/> bytes, written into what was reserved.</summary>
    internal void Advance(int byteCount) => _bytes.Advance(byteCount);
}

using System.Buffers;

namespace Heliostat.Protocol.Compression;

/// <summary>
/// Where decompressed bytes go: an array from the shared pool that grows with what arrives, up to a bound against decompression bombs. One batch at
/// a time; not thread-safe. <see cref="Dispose"/> gives the array back; the buffer may be used again after it.
/// </summary>
/// <param name="maxBytes">The most bytes that one batch may decompress to; more is <see cref="MalformedFrameException"/>.</param>
public sealed class DecompressionBuffer(int maxBytes = DecompressionBuffer.DefaultMaxBytes) : IDisposable
{
    public const int DefaultMaxBytes = 256 * 1024 * 1024;

    private const int MinArray = 16 * 1024;

    private byte[] _arrayOwned = [];
    private int _length;

    /// <summary>The bytes written since <see cref="Clear"/>; valid until the next write.</summary>
    public ReadOnlySpan<byte> Written => _arrayOwned.AsSpan(0, _length);

    /// <summary>Returns the array to the pool.</summary>
    public void Dispose()
    {
        _length = 0;
        if (_arrayOwned.Length == 0) return;
        ArrayPool<byte>.Shared.Return(_arrayOwned);
        _arrayOwned = [];
    }

    /// <summary>Forgets what was written and keeps the array.</summary>
    internal void Clear() => _length = 0;

    /// <summary>Room for <paramref name="byteCount"/> bytes or more; throws <see cref="MalformedFrameException"/> if the bound has no room for them.</summary>
    internal Span<byte> Reserve(int byteCount)
    {
        if (byteCount > maxBytes - _length) MalformedFrameException.Throw("a batch decompresses to more bytes than allowed, which is", maxBytes);
        if (byteCount > _arrayOwned.Length - _length) Grow(byteCount);
        return _arrayOwned.AsSpan(_length, Math.Min(_arrayOwned.Length, maxBytes) - _length);
    }

    /// <summary>Counts <paramref name="byteCount"/> bytes, written into what <see cref="Reserve"/> returned, as written.</summary>
    internal void Advance(int byteCount) => _length += byteCount;

    private void Grow(int byteCount)
    {
        var wanted = Math.Max((long)_length + byteCount, Math.Max(MinArray, 2L * _length));
        var largerOwned = ArrayPool<byte>.Shared.Rent((int)Math.Min(wanted, maxBytes));
        Written.CopyTo(largerOwned);
        if (_arrayOwned.Length > 0) ArrayPool<byte>.Shared.Return(_arrayOwned);
        _arrayOwned = largerOwned;
    }
}

using System.Buffers;

namespace Heliostat.Protocol.Compression;

/// <summary>
/// Bytes in an array from the shared pool that grows with them. <see cref="Dispose"/> gives the array back; the buffer may be used again
/// after it.
/// </summary>
internal sealed class PooledBuffer : IBufferWriter<byte>, IDisposable
{
    private const int MinArray = 16 * 1024;

    private byte[] _arrayOwned = [];

    public int Length { get; private set; }

    /// <summary>What was written; valid until the next write.</summary>
    public Span<byte> Written => _arrayOwned.AsSpan(0, Length);

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(_arrayOwned.Length - Length), nameof(count));
        Length += count;
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _arrayOwned.AsSpan(Length);
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _arrayOwned.AsMemory(Length);
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(GetSpan(bytes.Length));
        Length += bytes.Length;
    }

    /// <summary>Forgets what was written from <paramref name="length"/> on, and keeps the array.</summary>
    public void Truncate(int length) => Length = Math.Min(Length, length);

    public void Dispose()
    {
        Length = 0;
        if (_arrayOwned.Length == 0) return;
        ArrayPool<byte>.Shared.Return(_arrayOwned);
        _arrayOwned = [];
    }

    private void Reserve(int byteCount)
    {
        if (Math.Max(byteCount, 1) <= _arrayOwned.Length - Length) return;

        var needed = (long)Length + Math.Max(byteCount, 1);
        var largerOwned = ArrayPool<byte>.Shared.Rent(checked((int)Math.Max(needed, Math.Clamp(2L * Length, MinArray, Array.MaxLength))));
        Written.CopyTo(largerOwned);
        if (_arrayOwned.Length > 0) ArrayPool<byte>.Shared.Return(_arrayOwned);
        _arrayOwned = largerOwned;
    }
}

using System.Buffers.Binary;
using System.Text;
using Heliostat.Protocol.Records;

namespace Heliostat.Mirroring.Java;

/// <summary>A question or an answer, in an array that is kept: numbers are big-endian, texts are UTF-8 behind their length.</summary>
internal sealed class JavaBuffer
{
    /// <summary>The largest answer that is taken; the JVM's side keeps below it (<c>LARGEST_ANSWER</c> in HeliostatHost.java).</summary>
    public const int Most = 192 * 1024 * 1024;

    private byte[] _bytes = [];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public void Clear() => Length = 0;

    /// <summary>Room for so many bytes, which count as written.</summary>
    public Span<byte> Take(int count)
    {
        if (count > _bytes.Length - Length)
        {
            Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, Math.Max(Length + (long)count, Math.Max(1024, _bytes.Length * 2L))));
        }

        Length += count;
        return _bytes.AsSpan(Length - count, count);
    }

    public void Byte(byte value) => Take(1)[0] = value;

    public void Number(int value) => BinaryPrimitives.WriteInt32BigEndian(Take(sizeof(int)), value);

    /// <summary>Writes a number over what was written before.</summary>
    public void Number(int value, int at) => BinaryPrimitives.WriteInt32BigEndian(_bytes.AsSpan(at, sizeof(int)), value);

    public void Wide(long value) => BinaryPrimitives.WriteInt64BigEndian(Take(sizeof(long)), value);

    public void Bytes(NullableSpan value)
    {
        Number(value.IsNull ? -1 : value.Span.Length);
        value.Span.CopyTo(Take(value.Span.Length));
    }

    public void Text(string? value) => Bytes(value is null ? null : Encoding.UTF8.GetBytes(value));
}

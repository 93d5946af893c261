using System.Buffers.Binary;
using System.Text;
using Heliostat.Protocol.Records;

namespace Heliostat.Mirroring.Java;

/// <summary>Reads an answer. It may hold anything: what is not well formed throws <see cref="JavaException"/>.</summary>
/// <param name="bytes">The answer.</param>
/// <param name="at">Where to begin.</param>
internal ref struct JavaReader(ReadOnlySpan<byte> bytes, int at = 0)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>Where it stands.</summary>
    public int At { get; private set; } = at;

    public readonly bool IsAtEnd => At == _bytes.Length;

    public byte Byte() => Take(1)[0];

    public int Number() => BinaryPrimitives.ReadInt32BigEndian(Take(sizeof(int)));

    public long Wide() => BinaryPrimitives.ReadInt64BigEndian(Take(sizeof(long)));

    /// <summary>A number of things, each of which takes a byte at least.</summary>
    public int Count() => Number() is >= 0 and var count && count <= _bytes.Length - At ? count : throw Wrong();

    public NullableSpan Bytes() => Number() is >= 0 and var length ? Take(length) : NullableSpan.Null;

    public string Text() => Encoding.UTF8.GetString(Bytes().Span);

    public static JavaException Wrong() => new("it answered what cannot be read");

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _bytes.Length - At)
        {
            throw Wrong();
        }

        At += count;
        return _bytes.Slice(At - count, count);
    }
}

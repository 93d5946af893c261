using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;

namespace Heliostat.Protocol.Wire;

/// <summary>
/// Reads fields from a frame. Lengths are believed only up to what is left of the frame; any bytes give a message or a
/// <see cref="MalformedFrameException"/>. Slices (bytes, records) alias the frame.
/// </summary>
public ref partial struct WireReader : IWire
{
    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    private readonly Memory<byte> _frame;
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly bool _flexible;
    private int _at;
    private TagCursor _tags = TagCursor.NotBegun;

    public WireReader(Memory<byte> frame, short version, bool flexible)
    {
        _frame = frame;
        _bytes = frame.Span;
        _flexible = flexible;
        Version = version;
    }

    public short Version { get; }

    /// <summary>Bytes not read yet.</summary>
    public readonly int Remaining => _bytes.Length - _at;

    /// <summary>Reads a whole message that starts at the current place.</summary>
    public void Body<T>(ref T body) where T : IBody, new() => Struct(ref body);

    public void Bool(ref bool value, string name = "") => value = Take(1)[0] != 0;

    public void Int8(ref sbyte value, string name = "") => value = (sbyte)Take(1)[0];

    public void Enum8<T>(ref T value, string name = "") where T : unmanaged, Enum => value = Unsafe.BitCast<byte, T>(Take(1)[0]);

    public void Int16(ref short value, string name = "") => value = BinaryPrimitives.ReadInt16BigEndian(Take(2));

    public void Int32(ref int value, string name = "") => value = BinaryPrimitives.ReadInt32BigEndian(Take(4));

    public void Int64(ref long value, string name = "") => value = BinaryPrimitives.ReadInt64BigEndian(Take(8));

    public void Float64(ref double value, string name = "") => value = BinaryPrimitives.ReadDoubleBigEndian(Take(8));

    public void Error(ref ErrorCode value, string name = "") => value = (ErrorCode)BinaryPrimitives.ReadInt16BigEndian(Take(2));

    public void Uuid(ref Guid value, string name = "") => value = new Guid(Take(16), bigEndian: true);

    public void String(ref string value, string name = "")
    {
        var length = StringLength();
        if (length < 0)
        {
            MalformedFrameException.Throw("null where a string is required");
        }

        value = Text(value, length);
    }

    public void NullableString(ref string? value, string name = "")
    {
        var length = StringLength();
        value = length < 0 ? null : Text(value, length);
    }

    public void LegacyNullableString(ref string? value, string name = "")
    {
        var length = BinaryPrimitives.ReadInt16BigEndian(Take(2));
        value = length < 0 ? null : Text(value, length);
    }

    public void Bytes(ref ReadOnlyMemory<byte> value, string name = "")
    {
        var length = Length();
        if (length < 0)
        {
            MalformedFrameException.Throw("null where bytes are required");
        }

        value = Slice(length);
    }

    public void NullableBytes(ref ReadOnlyMemory<byte>? value, string name = "")
    {
        var length = Length();
        value = length < 0 ? default(ReadOnlyMemory<byte>?) : Slice(length);
    }

    public void Records(ref Memory<byte> value, string name = "") => value = Slice(Math.Max(Length(), 0));

    public void Struct<T>(ref T value, string name = "") where T : IBody, new()
    {
        var outer = _tags;
        _tags = TagCursor.NotBegun;
        value ??= new T();
        value.Layout(ref this);
        CloseTags();
        _tags = outer;
    }

    public void NullableStruct<T>(ref T? value, string name = "") where T : class, IBody, new()
    {
        if ((sbyte)Take(1)[0] < 0)
        {
            value = null;
            return;
        }

        var read = value ?? new T();
        Struct(ref read);
        value = read;
    }

    private int Length()
    {
        var length = LengthPrefix();
        if (length > Remaining)
        {
            MalformedFrameException.Throw("length exceeds the frame");
        }

        return length;
    }

    private int LengthPrefix()
    {
        var length = _flexible ? (int)UnsignedVarint() - 1 : BinaryPrimitives.ReadInt32BigEndian(Take(4));
        if (length < -1)
        {
            MalformedFrameException.Throw("negative length");
        }

        return length;
    }

    private int StringLength()
    {
        var length = _flexible ? (int)UnsignedVarint() - 1 : BinaryPrimitives.ReadInt16BigEndian(Take(2));
        if (length < -1 || length > short.MaxValue || length > Remaining)
        {
            MalformedFrameException.Throw("string length exceeds the frame");
        }

        return length;
    }

    /// <summary>The text of the next bytes; <paramref name="old"/> itself when it says the same, which spares the allocation.</summary>
    private string Text(string? old, int length)
    {
        var bytes = Take(length);
        if (old is not null && old.Length == length && Ascii.Equals(bytes, old))
        {
            return old;
        }

        try
        {
            return Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            MalformedFrameException.Throw("string is not UTF-8");
            return "";
        }
    }

    private uint UnsignedVarint()
    {
        uint value = 0;
        for (var shift = 0; shift < 35; shift += 7)
        {
            var b = Take(1)[0];
            if (shift == 28 && b > 0x0f)
            {
                break;
            }

            value |= (uint)(b & 0x7f) << shift;
            if (b < 0x80)
            {
                return value;
            }
        }

        MalformedFrameException.Throw("varint is longer than 32 bits");
        return 0;
    }

    private Memory<byte> Slice(int length)
    {
        var slice = _frame.Slice(_at, length);
        _at += length;
        return slice;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _bytes.Length - _at)
        {
            MalformedFrameException.Throw("frame ends inside a field");
        }

        var span = _bytes.Slice(_at, count);
        _at += count;
        return span;
    }
}

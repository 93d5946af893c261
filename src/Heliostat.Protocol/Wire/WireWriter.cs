using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;

namespace Heliostat.Protocol.Wire;

/// <summary>Writes fields into a <see cref="WireBuffer"/>. A null where the version forbids it is our own mistake and throws.</summary>
public ref partial struct WireWriter : IWire
{
    private readonly WireBuffer _out;
    private readonly bool _flexible;
    private TagState _tags = TagState.NotBegun;

    public WireWriter(WireBuffer output, short version, bool flexible)
    {
        _out = output;
        _flexible = flexible;
        Version = version;
    }

    public short Version { get; }

    /// <summary>Writes a whole message.</summary>
    public void Body<T>(ref T body) where T : IBody, new() => Struct(ref body);

    /// <summary>Writes a whole message of a type known only at run time.</summary>
    public void Body(IBody body)
    {
        _tags = TagState.NotBegun;
        body.Layout(ref this);
        CloseTags();
    }

    public void Bool(ref bool value, string name = "") => _out.Take(1)[0] = value ? (byte)1 : (byte)0;

    public void Int8(ref sbyte value, string name = "") => _out.Take(1)[0] = (byte)value;

    public void Enum8<T>(ref T value, string name = "") where T : unmanaged, Enum => _out.Take(1)[0] = Unsafe.BitCast<T, byte>(value);

    public void Int16(ref short value, string name = "") => BinaryPrimitives.WriteInt16BigEndian(_out.Take(2), value);

    public void Int32(ref int value, string name = "") => BinaryPrimitives.WriteInt32BigEndian(_out.Take(4), value);

    public void Int64(ref long value, string name = "") => BinaryPrimitives.WriteInt64BigEndian(_out.Take(8), value);

    public void Float64(ref double value, string name = "") => BinaryPrimitives.WriteDoubleBigEndian(_out.Take(8), value);

    public void Error(ref ErrorCode value, string name = "") => BinaryPrimitives.WriteInt16BigEndian(_out.Take(2), (short)value);

    public void Uuid(ref Guid value, string name = "") => value.TryWriteBytes(_out.Take(16), bigEndian: true, out _);

    public void String(ref string value, string name = "") => Text(value ?? ThrowNull<string>(name), name);

    public void NullableString(ref string? value, string name = "")
    {
        if (value is null && _flexible)
        {
            UnsignedVarint(0);
            return;
        }

        if (value is null)
        {
            BinaryPrimitives.WriteInt16BigEndian(_out.Take(2), -1);
            return;
        }

        Text(value, name);
    }

    public void LegacyNullableString(ref string? value, string name = "")
    {
        if (value is null)
        {
            BinaryPrimitives.WriteInt16BigEndian(_out.Take(2), -1);
            return;
        }

        Text(value, name, compact: false);
    }

    public void Bytes(ref ReadOnlyMemory<byte> value, string name = "")
    {
        LengthPrefix(value.Length);
        value.Span.CopyTo(_out.Take(value.Length));
    }

    public void NullableBytes(ref ReadOnlyMemory<byte>? value, string name = "")
    {
        if (value is not { } bytes)
        {
            LengthPrefix(-1);
            return;
        }

        Bytes(ref bytes, name);
    }

    public void Records(ref Memory<byte> value, string name = "")
    {
        LengthPrefix(value.Length);
        _out.Splice(value);
    }

    public void Struct<T>(ref T value, string name = "") where T : IBody, new()
    {
        var outer = _tags;
        _tags = TagState.NotBegun;
        value.Layout(ref this);
        CloseTags();
        _tags = outer;
    }

    public void NullableStruct<T>(ref T? value, string name = "") where T : class, IBody, new()
    {
        _out.Take(1)[0] = value is null ? (byte)0xff : (byte)1;
        if (value is not null)
        {
            Struct(ref value, name);
        }
    }

    private void Text(string value, string name) => Text(value, name, _flexible);

    private void Text(string value, string name, bool compact)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        if (length > short.MaxValue)
        {
            ThrowLong(name, length);
        }

        if (compact)
        {
            UnsignedVarint((uint)length + 1);
        }
        else
        {
            BinaryPrimitives.WriteInt16BigEndian(_out.Take(2), (short)length);
        }

        Encoding.UTF8.GetBytes(value, _out.Take(length));
    }

    private void LengthPrefix(int length)
    {
        if (_flexible)
        {
            UnsignedVarint((uint)(length + 1));
        }
        else
        {
            BinaryPrimitives.WriteInt32BigEndian(_out.Take(4), length);
        }
    }

    private void UnsignedVarint(uint value)
    {
        while (value >= 0x80)
        {
            _out.Take(1)[0] = (byte)(value | 0x80);
            value >>= 7;
        }

        _out.Take(1)[0] = (byte)value;
    }

    [DoesNotReturn]
    private static void ThrowLong(string name, int length) =>
        throw new ArgumentException($"{name} has {length} bytes; a Kafka string holds 32,767", name);

    [DoesNotReturn]
    private static T ThrowNull<T>(string name) => throw new ArgumentNullException(name, "null where the message forbids it");
}

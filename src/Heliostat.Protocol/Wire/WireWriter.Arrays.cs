using System.Buffers.Binary;

namespace Heliostat.Protocol.Wire;

public ref partial struct WireWriter
{
    public void Int8Array(ref List<sbyte> value, string name = "")
    {
        LengthPrefix(value.Count);
        foreach (var item in value)
        {
            _out.Take(1)[0] = (byte)item;
        }
    }

    public void Int16Array(ref List<short> value, string name = "")
    {
        LengthPrefix(value.Count);
        foreach (var item in value)
        {
            BinaryPrimitives.WriteInt16BigEndian(_out.Take(2), item);
        }
    }

    public void Int32Array(ref List<int> value, string name = "")
    {
        LengthPrefix(value.Count);
        foreach (var item in value)
        {
            BinaryPrimitives.WriteInt32BigEndian(_out.Take(4), item);
        }
    }

    public void NullableInt32Array(ref List<int>? value, string name = "")
    {
        if (value is null)
        {
            LengthPrefix(-1);
            return;
        }

        Int32Array(ref value, name);
    }

    public void Int64Array(ref List<long> value, string name = "")
    {
        LengthPrefix(value.Count);
        foreach (var item in value)
        {
            BinaryPrimitives.WriteInt64BigEndian(_out.Take(8), item);
        }
    }

    public void UuidArray(ref List<Guid> value, string name = "")
    {
        LengthPrefix(value.Count);
        foreach (var item in value)
        {
            item.TryWriteBytes(_out.Take(16), bigEndian: true, out _);
        }
    }

    public void StringArray(ref List<string> value, string name = "")
    {
        LengthPrefix(value.Count);
        foreach (var item in value)
        {
            Text(item, name);
        }
    }

    public void NullableStringArray(ref List<string>? value, string name = "")
    {
        if (value is null)
        {
            LengthPrefix(-1);
            return;
        }

        StringArray(ref value, name);
    }
}

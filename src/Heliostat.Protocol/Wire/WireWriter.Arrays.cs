using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Heliostat.Protocol.Wire;

public ref partial struct WireWriter
{
    public void Array<T>(ref List<T> value, string name = "") where T : IBody, new()
    {
        var items = value ?? ThrowNull<List<T>>(name);
        LengthPrefix(items.Count);
        foreach (ref var item in CollectionsMarshal.AsSpan(items))
        {
            Struct(ref item);
        }
    }

    public void NullableArray<T>(ref List<T>? value, string name = "") where T : IBody, new()
    {
        if (value is null)
        {
            LengthPrefix(-1);
            return;
        }

        Array(ref value, name);
    }

    public void NullableRows<T>(Rows<T> value, string name = "") where T : class, IBody, new() => Rows(value, name);

    public void Rows<T>(Rows<T> value, string name = "") where T : class, IBody, new()
    {
        LengthPrefix(value.Count);
        for (var i = 0; i < value.Count; i++)
        {
            var row = value[i];
            Struct(ref row);
        }
    }

    public void Enum8Array<T>(ref List<T> value, string name = "") where T : unmanaged, Enum
    {
        LengthPrefix(value.Count);
        foreach (var item in value)
        {
            _out.Take(1)[0] = Unsafe.BitCast<T, byte>(item);
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

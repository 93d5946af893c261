using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Heliostat.Protocol.Wire;

/// <summary>Arrays: a list is emptied and filled again, growing as elements are read, so a count that lies costs nothing.</summary>
public ref partial struct WireReader
{
    public void Array<T>(ref List<T> value, string name = "") where T : IBody, new() => Items(ref value, RequiredCount());

    public void NullableArray<T>(ref List<T>? value, string name = "") where T : IBody, new()
    {
        var count = Count();
        if (count < 0)
        {
            value = null;
            return;
        }

        Items(ref value!, count);
    }

    public void Rows<T>(Rows<T> value, string name = "") where T : class, IBody, new() => Items(value, RequiredCount());

    public void NullableRows<T>(Rows<T> value, string name = "") where T : class, IBody, new() => Items(value, Count());

    public void Enum8Array<T>(ref List<T> value, string name = "") where T : unmanaged, Enum
    {
        var count = RequiredCount();
        value.Clear();
        for (var i = 0; i < count; i++)
        {
            value.Add(Unsafe.BitCast<byte, T>(Take(1)[0]));
        }
    }

    public void Int32Array(ref List<int> value, string name = "") => Int32s(ref value, RequiredCount());

    public void NullableInt32Array(ref List<int>? value, string name = "")
    {
        var count = Count();
        if (count < 0)
        {
            value = null;
            return;
        }

        Int32s(ref value!, count);
    }

    public void Int64Array(ref List<long> value, string name = "")
    {
        var count = RequiredCount();
        value.Clear();
        for (var i = 0; i < count; i++)
        {
            value.Add(BinaryPrimitives.ReadInt64BigEndian(Take(8)));
        }
    }

    public void StringArray(ref List<string> value, string name = "") => Strings(ref value, RequiredCount());

    public void NullableStringArray(ref List<string>? value, string name = "")
    {
        var count = Count();
        if (count < 0)
        {
            value = null;
            return;
        }

        Strings(ref value!, count);
    }

    private void Items<T>(ref List<T> value, int count) where T : IBody, new()
    {
        value ??= [];
        value.Clear();
        for (var i = 0; i < count; i++)
        {
            var item = new T();
            Struct(ref item);
            value.Add(item);
        }
    }

    private void Items<T>(Rows<T> value, int count) where T : class, IBody, new()
    {
        value.Clear();
        for (var i = 0; i < count; i++)
        {
            var row = value.Next();
            Struct(ref row);
        }
    }

    private void Int32s(ref List<int> value, int count)
    {
        value ??= [];
        value.Clear();
        for (var i = 0; i < count; i++)
        {
            value.Add(BinaryPrimitives.ReadInt32BigEndian(Take(4)));
        }
    }

    private void Strings(ref List<string> value, int count)
    {
        value ??= [];
        value.Clear();
        for (var i = 0; i < count; i++)
        {
            var item = "";
            String(ref item);
            value.Add(item);
        }
    }

    private int RequiredCount()
    {
        var count = Count();
        if (count < 0)
        {
            MalformedFrameException.Throw("null where an array is required");
        }

        return count;
    }

    /// <summary>An array's count; -1 for null. Every element takes at least one byte, so a count above what is left is a lie.</summary>
    private int Count()
    {
        var count = LengthPrefix();
        if (count > Remaining)
        {
            MalformedFrameException.Throw("array count exceeds the frame");
        }

        if (count > WireLimits.MaxElements)
        {
            MalformedFrameException.Throw("array has more elements than are allowed", count);
        }

        return count;
    }
}

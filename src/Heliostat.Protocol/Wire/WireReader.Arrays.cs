using System.Buffers.Binary;

namespace Heliostat.Protocol.Wire;

public ref partial struct WireReader
{
    public void Int8Array(ref List<sbyte> value, string name = "")
    {
        var count = RequiredCount();
        value = [];
        for (var i = 0; i < count; i++)
        {
            value.Add((sbyte)Take(1)[0]);
        }
    }

    public void Int16Array(ref List<short> value, string name = "")
    {
        var count = RequiredCount();
        value = [];
        for (var i = 0; i < count; i++)
        {
            value.Add(BinaryPrimitives.ReadInt16BigEndian(Take(2)));
        }
    }

    public void Int32Array(ref List<int> value, string name = "")
    {
        var count = RequiredCount();
        value = Int32s(count);
    }

    public void NullableInt32Array(ref List<int>? value, string name = "")
    {
        var count = Count();
        value = count < 0 ? null : Int32s(count);
    }

    public void Int64Array(ref List<long> value, string name = "")
    {
        var count = RequiredCount();
        value = [];
        for (var i = 0; i < count; i++)
        {
            value.Add(BinaryPrimitives.ReadInt64BigEndian(Take(8)));
        }
    }

    public void UuidArray(ref List<Guid> value, string name = "")
    {
        var count = RequiredCount();
        value = [];
        for (var i = 0; i < count; i++)
        {
            value.Add(new Guid(Take(16), bigEndian: true));
        }
    }

    public void StringArray(ref List<string> value, string name = "")
    {
        var count = RequiredCount();
        value = Strings(count);
    }

    public void NullableStringArray(ref List<string>? value, string name = "")
    {
        var count = Count();
        value = count < 0 ? null : Strings(count);
    }

    private List<int> Int32s(int count)
    {
        List<int> values = [];
        for (var i = 0; i < count; i++)
        {
            values.Add(BinaryPrimitives.ReadInt32BigEndian(Take(4)));
        }

        return values;
    }

    private List<string> Strings(int count)
    {
        List<string> values = [];
        for (var i = 0; i < count; i++)
        {
            var value = "";
            String(ref value);
            values.Add(value);
        }

        return values;
    }
}

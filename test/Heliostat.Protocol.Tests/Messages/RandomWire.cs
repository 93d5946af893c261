using System.Runtime.CompilerServices;
using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Tests.Messages;

/// <summary>A wire that puts random values into the fields of a version: short lists, absent tags, nulls where they are allowed.</summary>
internal struct RandomWire(short version, bool flexible, Random random) : IWire
{
    private const string Letters = "abcxyzABCXYZ0189._-äß漢😀";

    public readonly short Version => version;

    public readonly void Bool(ref bool value, string name) => value = Coin();

    public readonly void Int8(ref sbyte value, string name) => value = (sbyte)random.Next();

    public readonly void Enum8<T>(ref T value, string name) where T : unmanaged, Enum =>
        value = Unsafe.BitCast<sbyte, T>((sbyte)random.Next());

    public readonly void Int16(ref short value, string name) => value = (short)random.Next();

    public readonly void Int32(ref int value, string name) => value = Coin() ? random.Next(3) : (int)random.NextInt64();

    public readonly void Int64(ref long value, string name) =>
        value = Coin() ? random.Next(3) : random.NextInt64(long.MinValue, long.MaxValue);

    public readonly void Float64(ref double value, string name) => value = random.NextDouble();

    public readonly void Error(ref ErrorCode value, string name) => value = (ErrorCode)random.Next(-1, 140);

    public readonly void Uuid(ref Guid value, string name) => value = new Guid(Some(16));

    public readonly void String(ref string value, string name)
    {
        var runes = Letters.EnumerateRunes().ToArray();
        value = string.Concat(random.GetItems(runes, Coin() ? random.Next(4) : random.Next(200)));
    }

    public readonly void NullableString(ref string? value, string name)
    {
        var text = "";
        String(ref text, name);
        value = Null() ? null : text;
    }

    public readonly void LegacyNullableString(ref string? value, string name) => NullableString(ref value, name);

    public readonly void Bytes(ref ReadOnlyMemory<byte> value, string name) => value = Some(random.Next(40));

    public readonly void NullableBytes(ref ReadOnlyMemory<byte>? value, string name) =>
        value = Null() ? default(ReadOnlyMemory<byte>?) : Some(random.Next(40));

    public readonly void Records(ref Memory<byte> value, string name) => value = Some(random.Next(300));

    public void Struct<T>(ref T value, string name) where T : IBody, new()
    {
        value ??= new T();
        value.Layout(ref this);
    }

    public void NullableStruct<T>(ref T? value, string name) where T : class, IBody, new()
    {
        value = Null() ? null : new T();
        value?.Layout(ref this);
    }

    public void Array<T>(ref List<T> value, string name) where T : IBody, new()
    {
        value = [];
        for (var count = random.Next(4); count > 0; count--)
        {
            var item = new T();
            Struct(ref item, name);
            value.Add(item);
        }
    }

    public void NullableArray<T>(ref List<T>? value, string name) where T : IBody, new()
    {
        List<T> items = [];
        Array(ref items, name);
        value = Null() ? null : items;
    }

    public void Rows<T>(Rows<T> value, string name) where T : class, IBody, new()
    {
        value.Clear();
        for (var count = random.Next(4); count > 0; count--)
        {
            var row = value.Next();
            Struct(ref row, name);
        }
    }

    public void NullableRows<T>(Rows<T> value, string name) where T : class, IBody, new() => Rows(value, name);

    public readonly void Enum8Array<T>(ref List<T> value, string name) where T : unmanaged, Enum =>
        value = [.. Some(random.Next(4)).Select(item => Unsafe.BitCast<sbyte, T>((sbyte)item))];

    public readonly void Int32Array(ref List<int> value, string name) =>
        value = [.. Some(random.Next(4)).Select(item => (item - 1) * 8_421_376)];

    public readonly void NullableInt32Array(ref List<int>? value, string name)
    {
        List<int> items = [];
        Int32Array(ref items, name);
        value = Null() ? null : items;
    }

    public readonly void Int64Array(ref List<long> value, string name) =>
        value = [.. Some(random.Next(4)).Select(item => (item - 1L) * 36_170_086_419_038_336)];

    public readonly void StringArray(ref List<string> value, string name)
    {
        value = [];
        for (var count = random.Next(4); count > 0; count--)
        {
            var item = "";
            String(ref item, name);
            value.Add(item);
        }
    }

    public readonly void NullableStringArray(ref List<string>? value, string name)
    {
        List<string> items = [];
        StringArray(ref items, name);
        value = Null() ? null : items;
    }

    public readonly bool Tag<T>(int tag, ref T value, T absent) => flexible && Coin();

    public void TaggedStruct<T>(int tag, ref T? value, string name) where T : class, IBody, new()
    {
        value = flexible && Coin() ? new T() : null;
        value?.Layout(ref this);
    }

    public void TaggedArray<T>(int tag, ref List<T> value, string name) where T : IBody, new()
    {
        if (flexible && Coin())
        {
            Array(ref value, name);
        }
    }

    public void TaggedRows<T>(int tag, Rows<T> value, string name) where T : class, IBody, new()
    {
        if (flexible && Coin())
        {
            Rows(value, name);
        }
    }

    private readonly bool Coin() => random.Next(2) == 0;

    private readonly bool Null() => random.Next(4) == 0;

    private readonly byte[] Some(int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }
}

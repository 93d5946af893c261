using System.Globalization;
using System.Runtime.CompilerServices;

namespace Heliostat.Protocol.Wire;

/// <summary>Walks the layout of a new body and notes each field: the schema of one version, to be compared and printed.</summary>
public struct WireDescriber : IWire
{
    private readonly bool _flexible;
    private readonly List<WireField> _fields = [];
    private int? _tag;
    private string? _absent;

    private WireDescriber(short version, bool flexible)
    {
        _flexible = flexible;
        Version = version;
    }

    public readonly short Version { get; }

    /// <summary>The fields of <typeparamref name="T"/> in wire order, tagged ones last.</summary>
    public static IReadOnlyList<WireField> Describe<T>(short version, bool flexible) where T : IBody, new()
    {
        var describer = new WireDescriber(version, flexible);
        new T().Layout(ref describer);
        return describer._fields;
    }

    public void Bool(ref bool value, string name) => Add(name, "bool", value ? "true" : "false");

    public void Int8(ref sbyte value, string name) => Add(name, "int8", Text(value));

    public void Enum8<T>(ref T value, string name) where T : unmanaged, Enum => Add(name, "int8", Text(Unsafe.BitCast<T, sbyte>(value)));

    public void Int16(ref short value, string name) => Add(name, "int16", Text(value));

    public void Int32(ref int value, string name) => Add(name, "int32", Text(value));

    public void Int64(ref long value, string name) => Add(name, "int64", Text(value));

    public void Float64(ref double value, string name) => Add(name, "float64", Text(value));

    public void Error(ref ErrorCode value, string name) => Add(name, "int16", Text((short)value));

    public void Uuid(ref Guid value, string name) => Add(name, "uuid", Text(value));

    public void String(ref string value, string name) => Add(name, "string", Text(value));

    public void NullableString(ref string? value, string name) => Add(name, "string", Text(value), nullable: true);

    public void LegacyNullableString(ref string? value, string name) => Add(name, "legacy string", Text(value), nullable: true);

    public void Bytes(ref ReadOnlyMemory<byte> value, string name) => Add(name, "bytes", "");

    public void NullableBytes(ref ReadOnlyMemory<byte>? value, string name) =>
        Add(name, "bytes", value is null ? "null" : "", nullable: true);

    public void Records(ref Memory<byte> value, string name) => Add(name, "records", "", nullable: true);

    public void Struct<T>(ref T value, string name) where T : IBody, new() => Add(name, typeof(T).Name, "{}", fields: Inner<T>());

    public void NullableStruct<T>(ref T? value, string name) where T : class, IBody, new() =>
        Add(name, typeof(T).Name, value is null ? "null" : "{}", nullable: true, fields: Inner<T>());

    public void Array<T>(ref List<T> value, string name) where T : IBody, new() =>
        Add(name, $"[]{typeof(T).Name}", "[]", fields: Inner<T>());

    public void NullableArray<T>(ref List<T>? value, string name) where T : IBody, new() =>
        Add(name, $"[]{typeof(T).Name}", List(value), nullable: true, fields: Inner<T>());

    public void Rows<T>(Rows<T> value, string name) where T : class, IBody, new() =>
        Add(name, $"[]{typeof(T).Name}", "[]", fields: Inner<T>());

    public void NullableRows<T>(Rows<T> value, string name) where T : class, IBody, new() =>
        Add(name, $"[]{typeof(T).Name}", "[]", nullable: true, fields: Inner<T>());

    public void Enum8Array<T>(ref List<T> value, string name) where T : unmanaged, Enum => Add(name, "[]int8", "[]");

    public void Int32Array(ref List<int> value, string name) => Add(name, "[]int32", "[]");

    public void NullableInt32Array(ref List<int>? value, string name) => Add(name, "[]int32", List(value), nullable: true);

    public void Int64Array(ref List<long> value, string name) => Add(name, "[]int64", "[]");

    public void StringArray(ref List<string> value, string name) => Add(name, "[]string", "[]");

    public void NullableStringArray(ref List<string>? value, string name) => Add(name, "[]string", List(value), nullable: true);

    public bool Tag<T>(int tag, ref T value, T absent)
    {
        _absent = _flexible ? Text(absent) : null;
        return Open(tag);
    }

    public void TaggedStruct<T>(int tag, ref T? value, string name) where T : class, IBody, new()
    {
        if (Open(tag))
        {
            Add(name, typeof(T).Name, "{}", fields: Inner<T>());
        }
    }

    public void TaggedArray<T>(int tag, ref List<T> value, string name) where T : IBody, new()
    {
        if (Open(tag))
        {
            Array(ref value, name);
        }
    }

    public void TaggedRows<T>(int tag, Rows<T> value, string name) where T : class, IBody, new()
    {
        if (Open(tag))
        {
            Rows(value, name);
        }
    }

    private static string List<T>(List<T>? value) => value is null ? "null" : "[]";

    private static string Text<T>(T value) => value switch
    {
        null => "null",
        bool flag => flag ? "true" : "false",
        ErrorCode code => Text((short)code),
        _ => string.Create(CultureInfo.InvariantCulture, $"{value}"),
    };

    private readonly IReadOnlyList<WireField> Inner<T>() where T : IBody, new() => Describe<T>(Version, _flexible);

    private bool Open(int tag)
    {
        _tag = _flexible ? tag : null;
        return _flexible;
    }

    private void Add(string name, string type, string fallback, bool nullable = false, IReadOnlyList<WireField>? fields = null)
    {
        if (_absent is not null && _absent != fallback)
        {
            throw new InvalidOperationException($"{name} begins as {fallback}, but is {_absent} when its tag is absent");
        }

        _fields.Add(new WireField(name.TrimEnd('!'), type, nullable, _tag, fallback, fields ?? []));
        _tag = null;
        _absent = null;
    }
}

using System.Runtime.CompilerServices;

namespace Heliostat.Protocol.Wire;

/// <summary>
/// One direction of the Kafka protocol: a reader fills fields, a writer emits them, a describer prints them.
/// The wire knows the version and whether it is flexible (KIP-482), and so picks compact lengths and closes tagged fields by itself.
/// </summary>
public interface IWire
{
    /// <summary>The API version being walked.</summary>
    short Version { get; }

    void Bool(ref bool value, [CallerArgumentExpression(nameof(value))] string name = "");
    void Int8(ref sbyte value, [CallerArgumentExpression(nameof(value))] string name = "");

    /// <summary>A word of Kafka's that is 8 bits on the wire; a number that is none of its names is kept.</summary>
    void Enum8<T>(ref T value, [CallerArgumentExpression(nameof(value))] string name = "") where T : unmanaged, Enum;
    void Int16(ref short value, [CallerArgumentExpression(nameof(value))] string name = "");
    void Int32(ref int value, [CallerArgumentExpression(nameof(value))] string name = "");
    void Int64(ref long value, [CallerArgumentExpression(nameof(value))] string name = "");
    void Float64(ref double value, [CallerArgumentExpression(nameof(value))] string name = "");

    /// <summary>An error code: 16 bits; a number that Kafka 4.3.1 does not know is kept.</summary>
    void Error(ref ErrorCode value, [CallerArgumentExpression(nameof(value))] string name = "");

    /// <summary>A UUID in network byte order (KIP-516); Kafka's zero UUID is <see cref="Guid.Empty"/>.</summary>
    void Uuid(ref Guid value, [CallerArgumentExpression(nameof(value))] string name = "");
    void String(ref string value, [CallerArgumentExpression(nameof(value))] string name = "");
    void NullableString(ref string? value, [CallerArgumentExpression(nameof(value))] string name = "");

    /// <summary>
    /// A nullable string whose length is 16 bits in flexible versions too: the client id of the request header (KIP-511).
    /// </summary>
    void LegacyNullableString(ref string? value, [CallerArgumentExpression(nameof(value))] string name = "");

    void Bytes(ref ReadOnlyMemory<byte> value, [CallerArgumentExpression(nameof(value))] string name = "");
    void NullableBytes(ref ReadOnlyMemory<byte>? value, [CallerArgumentExpression(nameof(value))] string name = "");

    /// <summary>Record batches, not decoded: reading yields a slice of the frame (empty for null), writing splices the slice in.</summary>
    void Records(ref Memory<byte> value, [CallerArgumentExpression(nameof(value))] string name = "");

    void Struct<T>(ref T value, [CallerArgumentExpression(nameof(value))] string name = "") where T : IBody, new();
    void NullableStruct<T>(ref T? value, [CallerArgumentExpression(nameof(value))] string name = "") where T : class, IBody, new();

    void Array<T>(ref List<T> value, [CallerArgumentExpression(nameof(value))] string name = "") where T : IBody, new();
    void NullableArray<T>(ref List<T>? value, [CallerArgumentExpression(nameof(value))] string name = "") where T : IBody, new();

    /// <summary>An array whose elements are kept for the next message: for the messages of the batch path.</summary>
    void Rows<T>(Rows<T> value, [CallerArgumentExpression(nameof(value))] string name = "") where T : class, IBody, new();

    /// <summary>As <see cref="Rows"/>, where null is allowed: read as empty, never written.</summary>
    void NullableRows<T>(Rows<T> value, [CallerArgumentExpression(nameof(value))] string name = "") where T : class, IBody, new();

    /// <summary>Words as <see cref="Enum8"/>.</summary>
    void Enum8Array<T>(ref List<T> value, [CallerArgumentExpression(nameof(value))] string name = "") where T : unmanaged, Enum;
    void Int32Array(ref List<int> value, [CallerArgumentExpression(nameof(value))] string name = "");
    void NullableInt32Array(ref List<int>? value, [CallerArgumentExpression(nameof(value))] string name = "");
    void Int64Array(ref List<long> value, [CallerArgumentExpression(nameof(value))] string name = "");
    void StringArray(ref List<string> value, [CallerArgumentExpression(nameof(value))] string name = "");
    void NullableStringArray(ref List<string>? value, [CallerArgumentExpression(nameof(value))] string name = "");

    /// <summary>
    /// True when the tagged field <paramref name="tag"/>, a single value, is to be walked now: on reading when it is there (if not, the
    /// value becomes <paramref name="absent"/>), on writing when it is not <paramref name="absent"/>. Tags come last in a struct,
    /// ascending. In a version that is not flexible the answer is false.
    /// </summary>
    bool Tag<T>(int tag, ref T value, T absent);

    /// <summary>A tagged struct: null when absent, also where the field held an older value.</summary>
    void TaggedStruct<T>(int tag, ref T? value, [CallerArgumentExpression(nameof(value))] string name = "") where T : class, IBody, new();

    /// <summary>A tagged array: emptied when absent; written when not empty.</summary>
    void TaggedArray<T>(int tag, ref List<T> value, [CallerArgumentExpression(nameof(value))] string name = "") where T : IBody, new();

    /// <summary>As <see cref="TaggedArray"/>, for the messages of the batch path.</summary>
    void TaggedRows<T>(int tag, Rows<T> value, [CallerArgumentExpression(nameof(value))] string name = "") where T : class, IBody, new();
}

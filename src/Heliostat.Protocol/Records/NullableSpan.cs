namespace Heliostat.Protocol.Records;

/// <summary>
/// A key, value or header value: bytes, none (empty), or null. Null and empty are different things to every Kafka client.
/// </summary>
public readonly ref struct NullableSpan
{
    private readonly bool _present;

    /// <summary>Bytes that are there, be it none.</summary>
    public NullableSpan(ReadOnlySpan<byte> bytes)
    {
        Span = bytes;
        _present = true;
    }

    /// <summary>The null.</summary>
    public static NullableSpan Null => default;

    public bool IsNull => !_present;

    /// <summary>The bytes; empty for null.</summary>
    public ReadOnlySpan<byte> Span { get; }

    /// <summary>Bytes that are there, be it none.</summary>
    public static implicit operator NullableSpan(ReadOnlySpan<byte> bytes) => new(bytes);

    /// <summary>The array's bytes, or null.</summary>
    public static implicit operator NullableSpan(byte[]? bytes) => bytes is null ? Null : new(bytes);

    /// <summary>A copy, or null.</summary>
    public byte[]? ToArray() => IsNull ? null : Span.ToArray();
}

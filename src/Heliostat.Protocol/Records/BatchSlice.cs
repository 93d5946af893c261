namespace Heliostat.Protocol.Records;

/// <summary>
/// Where one batch (magic 2) or one message (magic 0 and 1) lies in the walked bytes; both include their offset and length fields.
/// </summary>
/// <param name="Offset">Bytes before it.</param>
/// <param name="Size">Its bytes.</param>
/// <param name="Magic">Its format: 0, 1 or 2.</param>
public readonly record struct BatchSlice(int Offset, int Size, byte Magic)
{
    /// <summary>The slice's bytes within <paramref name="records"/>, the bytes that were walked.</summary>
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> records) => records.Slice(Offset, Size);

    /// <summary>The slice's bytes within <paramref name="records"/>, the bytes that were walked.</summary>
    public Span<byte> Of(Span<byte> records) => records.Slice(Offset, Size);
}

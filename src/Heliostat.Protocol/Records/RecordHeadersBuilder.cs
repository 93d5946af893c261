using System.Text;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Records;

/// <summary>Encodes headers for <see cref="RecordBatchBuilder"/>, in a buffer that is kept. Order and duplicates are kept.</summary>
public sealed class RecordHeadersBuilder : IDisposable
{
    private readonly PooledBuffer _encoded = new();
    private int _count;

    /// <summary>What was added since <see cref="Reset"/>; valid until the builder is used again.</summary>
    public RecordHeaders Headers => RecordHeaders.Trusted(_count, _encoded.Written);

    public void Reset()
    {
        _encoded.Truncate(0);
        _count = 0;
    }

    /// <summary>Adds a header after the others.</summary>
    public void Add(string key, NullableSpan value) => Add(Encoding.UTF8.GetBytes(key), value);

    /// <summary>Adds a header, its key in UTF-8, after the others.</summary>
    public void Add(ReadOnlySpan<byte> key, NullableSpan value)
    {
        Write(key.Length, key);
        Write(value.IsNull ? -1 : value.Span.Length, value.Span);
        _count++;
    }

    /// <summary>Adds all of another record's headers after the others.</summary>
    public void Add(RecordHeaders headers)
    {
        _encoded.Write(headers.Encoded);
        _count += headers.Count;
    }

    /// <summary>Returns the memory to the pool.</summary>
    public void Dispose()
    {
        Reset();
        _encoded.Dispose();
    }

    private void Write(int length, ReadOnlySpan<byte> bytes)
    {
        _encoded.Advance(Varint.WriteInt32(_encoded.GetSpan(Varint.MaxSize32), length));
        _encoded.Write(bytes);
    }
}

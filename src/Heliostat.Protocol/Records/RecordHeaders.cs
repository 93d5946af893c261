using System.Text;
using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Records;

/// <summary>A record's headers, still encoded: they can be walked in order, or handed on to a builder without being opened.</summary>
public readonly ref struct RecordHeaders
{
    private RecordHeaders(int count, ReadOnlySpan<byte> encoded)
    {
        Count = count;
        Encoded = encoded;
    }

    /// <summary>Duplicates included.</summary>
    public int Count { get; }

    /// <summary>The headers as magic 2 stores them, without the count before them.</summary>
    public ReadOnlySpan<byte> Encoded { get; }

    public Enumerator GetEnumerator() => new(this);

    /// <summary>Takes headers to the end of <paramref name="encoded"/>, which starts with their count, and checks every length.</summary>
    internal static RecordHeaders Read(ReadOnlySpan<byte> encoded)
    {
        var position = 0;
        var count = Varint.ReadInt32(encoded, ref position);
        if (count < 0) MalformedFrameException.Throw("header count", count);
        return Of(count, encoded[position..]);
    }

    /// <summary>Takes so many headers, encoded as magic 2 stores them, and checks every length.</summary>
    /// <exception cref="MalformedFrameException">They are not that.</exception>
    public static RecordHeaders Of(int count, ReadOnlySpan<byte> encoded)
    {
        var position = 0;
        for (var i = 0; i < count; i++)
        {
            var keyLength = Varint.ReadInt32(encoded, ref position);
            if (keyLength < 0 || keyLength > encoded.Length - position) MalformedFrameException.Throw("header key length", keyLength);
            position += keyLength;

            var valueLength = Varint.ReadInt32(encoded, ref position);
            if (valueLength < -1 || valueLength > encoded.Length - position)
                MalformedFrameException.Throw("header value length", valueLength);
            position += Math.Max(valueLength, 0);
        }

        if (position != encoded.Length)
            MalformedFrameException.Throw("bytes left over after a record's headers", encoded.Length - position);
        return new RecordHeaders(count, encoded);
    }

    /// <summary>Takes headers that this library encoded.</summary>
    internal static RecordHeaders Trusted(int count, ReadOnlySpan<byte> encoded) => new(count, encoded);

    /// <summary>One header: a UTF-8 key and a value that may be null.</summary>
    public readonly ref struct Header(ReadOnlySpan<byte> key, NullableSpan value)
    {
        /// <summary>UTF-8.</summary>
        public ReadOnlySpan<byte> Key { get; } = key;

        public NullableSpan Value { get; } = value;

        public string KeyString() => Encoding.UTF8.GetString(Key);
    }

    /// <summary>Walks headers in their order.</summary>
    public ref struct Enumerator(RecordHeaders headers)
    {
        private readonly ReadOnlySpan<byte> _encoded = headers.Encoded;
        private int _left = headers.Count;
        private int _position;

        public Header Current { get; private set; }

        public bool MoveNext()
        {
            if (_left-- <= 0) return false;

            var keyLength = Varint.ReadInt32(_encoded, ref _position);
            var key = _encoded.Slice(_position, keyLength);
            _position += keyLength;

            var valueLength = Varint.ReadInt32(_encoded, ref _position);
            var value = valueLength < 0 ? NullableSpan.Null : _encoded.Slice(_position, valueLength);
            _position += value.Span.Length;

            Current = new Header(key, value);
            return true;
        }
    }
}

namespace Heliostat.Plugins;

/// <summary>The headers of a record, in their order; a name may stand there more than once.</summary>
/// <param name="count">How many.</param>
/// <param name="encoded">As records of magic 2 have them, without their count (KIP-82).</param>
public readonly ref struct PluginHeaders(int count, ReadOnlySpan<byte> encoded)
{
    /// <summary>How many, doubles counted.</summary>
    public int Count { get; } = count;

    /// <summary>As records of magic 2 have them, without their count.</summary>
    public ReadOnlySpan<byte> Encoded { get; } = encoded;

    /// <summary>The last header of a name, which is the one that counts; false where there is none, or its value is null.</summary>
    /// <param name="name">UTF-8.</param>
    /// <param name="value">Its value.</param>
    public bool TryGetLast(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        var found = false;
        value = default;
        foreach (var header in this)
        {
            if (header.Name.SequenceEqual(name))
            {
                found = header.HasValue;
                value = header.Value;
            }
        }

        return found;
    }

    /// <summary>For <c>foreach</c>.</summary>
    public Enumerator GetEnumerator() => new(this);

    /// <summary>One header.</summary>
    public readonly ref struct Header(ReadOnlySpan<byte> name, bool hasValue, ReadOnlySpan<byte> value)
    {
        /// <summary>UTF-8.</summary>
        public ReadOnlySpan<byte> Name { get; } = name;

        /// <summary>There is a value, be it an empty one; false for null.</summary>
        public bool HasValue { get; } = hasValue;

        /// <summary>The value; empty for null.</summary>
        public ReadOnlySpan<byte> Value { get; } = value;
    }

    /// <summary>Walks headers in their order.</summary>
    public ref struct Enumerator(PluginHeaders headers)
    {
        private readonly ReadOnlySpan<byte> _encoded = headers.Encoded;
        private int _left = headers.Count;
        private int _at;

        /// <summary>The header it stands at.</summary>
        public Header Current { get; private set; }

        /// <summary>Goes to the next; false behind the last.</summary>
        public bool MoveNext()
        {
            if (_left-- <= 0)
            {
                return false;
            }

            var name = Bytes(Number());
            var length = Number();
            Current = new Header(name, length >= 0, Bytes(Math.Max(length, 0)));
            return true;
        }

        private ReadOnlySpan<byte> Bytes(int length)
        {
            var bytes = _encoded.Slice(_at, length);
            _at += length;
            return bytes;
        }

        /// <summary>A number in Kafka's variable length: seven bits a byte, the least first, zigzag.</summary>
        private int Number()
        {
            var (raw, shift) = (0u, 0);
            byte one;
            do
            {
                one = _encoded[_at++];
                raw |= (uint)(one & 0x7f) << shift;
                shift += 7;
            }
            while (one >= 0x80);
            return (int)(raw >> 1) ^ -(int)(raw & 1);
        }
    }
}

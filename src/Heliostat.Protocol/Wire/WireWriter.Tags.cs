namespace Heliostat.Protocol.Wire;

public ref partial struct WireWriter
{
    public bool Tag<T>(int tag, ref T value, T absent) => Open(tag, present: !EqualityComparer<T>.Default.Equals(value, absent));

    public void TaggedStruct<T>(int tag, ref T? value, string name = "") where T : class, IBody, new()
    {
        if (Open(tag, value is not null))
        {
            Struct(ref value!, name);
        }
    }

    public void TaggedArray<T>(int tag, ref List<T> value, string name = "") where T : IBody, new()
    {
        if (Open(tag, value.Count > 0))
        {
            Array(ref value, name);
        }
    }

    public void TaggedRows<T>(int tag, Rows<T> value, string name = "") where T : class, IBody, new()
    {
        if (Open(tag, value.Count > 0))
        {
            Rows(value, name);
        }
    }

    /// <summary>Writes the head of a tag; false when there is nothing to write.</summary>
    private bool Open(int tag, bool present)
    {
        if (!_flexible || !present)
        {
            return false;
        }

        if (_tags.CountAt < 0)
        {
            _tags.CountAt = _out.Length;
            UnsignedVarint(0);
        }

        CloseTag();
        UnsignedVarint((uint)tag);
        _tags.Count++;
        _tags.FieldAt = _out.Length;
        return true;
    }

    /// <summary>Puts the size before the tagged field just written: its length is known only now.</summary>
    private void CloseTag()
    {
        if (_tags.FieldAt < 0)
        {
            return;
        }

        var size = (uint)(_out.Length - _tags.FieldAt);
        var bytes = 1;
        for (var rest = size >> 7; rest > 0; rest >>= 7)
        {
            bytes++;
        }

        _out.Insert(_tags.FieldAt, bytes);
        var gap = _out.Written.Slice(_tags.FieldAt, bytes);
        for (var i = 0; i < bytes; i++, size >>= 7)
        {
            gap[i] = (byte)(i == bytes - 1 ? size : size | 0x80);
        }

        _tags.FieldAt = -1;
    }

    private void CloseTags()
    {
        if (!_flexible)
        {
            return;
        }

        if (_tags.CountAt < 0)
        {
            UnsignedVarint(0);
            return;
        }

        CloseTag();
        _out.Written[_tags.CountAt] = (byte)_tags.Count;
    }

    private struct TagState
    {
        public static readonly TagState NotBegun = new() { CountAt = -1, FieldAt = -1 };

        /// <summary>Where the count stands (one byte: no struct has 128 tags); -1 before the first tag.</summary>
        public int CountAt;

        public int Count;

        /// <summary>Where the open tagged field begins; -1 when none is open.</summary>
        public int FieldAt;
    }
}

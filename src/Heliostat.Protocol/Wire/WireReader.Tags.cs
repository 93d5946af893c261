namespace Heliostat.Protocol.Wire;

public ref partial struct WireReader
{
    public bool Tag<T>(int tag, ref T value, T absent)
    {
        if (Seek(tag))
        {
            return true;
        }

        value = absent;
        return false;
    }

    public void TaggedStruct<T>(int tag, ref T? value, string name = "") where T : class, IBody, new()
    {
        if (!Seek(tag))
        {
            value = null;
            return;
        }

        var read = value ?? new T();
        Struct(ref read);
        value = read;
    }

    public void TaggedArray<T>(int tag, ref List<T> value, string name = "") where T : IBody, new()
    {
        if (Seek(tag))
        {
            Array(ref value);
        }
        else
        {
            value.Clear();
        }
    }

    public void TaggedRows<T>(int tag, Rows<T> value, string name = "") where T : class, IBody, new()
    {
        if (Seek(tag))
        {
            Rows(value);
        }
        else
        {
            value.Clear();
        }
    }

    /// <summary>True when the tag is there; the reader stands at its field then.</summary>
    private bool Seek(int tag)
    {
        if (!_flexible)
        {
            return false;
        }

        BeginTags();
        while (_tags.Number < tag && _tags.Number >= 0 || _tags.Walked)
        {
            NextTag();
        }

        _tags.Walked = _tags.Number == tag;
        return _tags.Walked;
    }

    private void CloseTags()
    {
        if (!_flexible)
        {
            return;
        }

        BeginTags();
        while (_tags.Number >= 0)
        {
            NextTag();
        }
    }

    private void BeginTags()
    {
        if (_tags.Left < 0)
        {
            _tags.Left = TagCount();
            NextTag();
        }
    }

    private int TagCount()
    {
        var count = UnsignedVarint();
        if (count > Remaining)
        {
            MalformedFrameException.Throw("tag count exceeds the frame");
        }

        if (count > WireLimits.MaxTags)
        {
            MalformedFrameException.Throw("struct has more tagged fields than are allowed", count);
        }

        return (int)count;
    }

    /// <summary>Leaves the tag at hand, read or not, and takes the head of the next one.</summary>
    private void NextTag()
    {
        if (_tags.Number >= 0)
        {
            if (_tags.Walked && _at != _tags.End)
            {
                MalformedFrameException.Throw("tagged field does not fill its size");
            }

            _at = _tags.End;
        }

        _tags.Walked = false;
        if (_tags.Left == 0)
        {
            _tags.Number = -1;
            return;
        }

        var number = UnsignedVarint();
        var size = UnsignedVarint();
        if (number > int.MaxValue || (int)number <= _tags.Number || size > Remaining)
        {
            MalformedFrameException.Throw("tagged fields out of order or beyond the frame");
        }

        _tags.Left--;
        _tags.Number = (int)number;
        _tags.End = _at + (int)size;
    }
}

namespace Heliostat.Mirroring.Offsets;

/// <summary>
/// Where each record of a lane stands on the target, as runs of source offsets whose target offsets differ by one constant (design: "segment"). One writer,
/// any number of readers.
/// </summary>
internal sealed class OffsetMap
{
    private readonly Lock _gate = new();
    private readonly List<Segment> _segments = [];
    private long _start = -1;

    /// <summary>The target offset behind the last record; -1 before the first.</summary>
    public long TargetEnd
    {
        get
        {
            lock (_gate)
            {
                return _segments.Count == 0 ? -1 : _segments[^1].Target + _segments[^1].Count;
            }
        }
    }

    /// <summary>The lane goes on at <paramref name="start"/>: what is known from there on was never confirmed.</summary>
    public void Begin(long start)
    {
        lock (_gate)
        {
            _segments.RemoveAll(segment => segment.Source >= start);
            _start = _start < 0 ? start : Math.Min(_start, start);
        }
    }

    /// <summary>Adds a run behind all others.</summary>
    public void Append(long source, long target, int count)
    {
        lock (_gate)
        {
            if (_segments.Count > 0 && _segments[^1] is var last && last.Source + last.Count == source && last.Target + last.Count == target)
            {
                _segments[^1] = last with { Count = last.Count + count };
            }
            else
            {
                _segments.Add(new Segment(source, target, count));
            }
        }
    }

    /// <summary>
    /// The target offset of the first record at or behind <paramref name="offset"/>, or the one behind the last record where none is known yet; null for an
    /// offset from before the map began.
    /// </summary>
    public long? Translate(long offset)
    {
        lock (_gate)
        {
            if (_start < 0 || offset < _start || _segments.Count == 0)
            {
                return null;
            }

            var (low, high) = (0, _segments.Count);
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (_segments[middle].Source + _segments[middle].Count <= offset)
                {
                    low = middle + 1;
                }
                else
                {
                    high = middle;
                }
            }

            return low == _segments.Count
                ? _segments[^1].Target + _segments[^1].Count
                : _segments[low].Target + Math.Max(0, offset - _segments[low].Source);
        }
    }

    private readonly record struct Segment(long Source, long Target, long Count);
}

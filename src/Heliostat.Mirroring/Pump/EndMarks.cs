using System.Diagnostics;

namespace Heliostat.Mirroring.Pump;

/// <summary>
/// When the source's end was where: from it, how long a record has waited, without asking anybody's clock but ours. Behind the lane's lock.
/// <list type="bullet">
/// <item>A. Marks are in the order of their ends. At each of them the log ended from <c>From</c> to <c>Until</c>.</item>
/// <item>B. What stands at an end that is marked came after <c>Until</c>, and before <c>From</c> of the next mark; what is between is taken
/// to have come evenly.</item>
/// <item>C. There are never more than <see cref="Most"/>: then every other one goes, and what is between is coarser.</item>
/// </list>
/// </summary>
internal sealed class EndMarks
{
    private const int Most = 16;

    /// <summary>A new mark is worth its place after this long.</summary>
    private const long Apart = TimeSpan.TicksPerSecond;

    private Mark[] _marks = [];
    private int _count;

    /// <summary>
    /// The log ends at <paramref name="end"/> now; everything before <paramref name="position"/> is mirrored, and asked for no more.
    /// </summary>
    /// <param name="end">Where the source ends.</param>
    /// <param name="position">The next offset to mirror.</param>
    /// <param name="now">In ticks, from wherever.</param>
    public void See(long end, long position, long now)
    {
        while (_count > 1 && _marks[1].End <= position)
        {
            Array.Copy(_marks, 1, _marks, 0, --_count);
        }

        if (_count > 0 && end < _marks[_count - 1].End)
        {
            // Another log, or its end was cut off.
            _count = 0;
        }

        if (_count > 0 && end == _marks[_count - 1].End)
        {
            _marks[_count - 1].Until = now;
        }
        else if (_count > 0 && _marks[_count - 1].End <= position && end <= position)
        {
            _marks[_count - 1] = new Mark { End = end, From = now, Until = now };
        }
        else if (_count < 2 || now - _marks[_count - 1].From >= Apart)
        {
            Add(new Mark { End = end, From = now, Until = now });
        }

        CheckInvariants();
    }

    /// <summary>
    /// Since when there is something at <paramref name="position"/>, in the ticks of <see cref="See"/>; null while nobody has seen it. It
    /// may have been there before the first look.
    /// </summary>
    /// <param name="position">The next offset to mirror.</param>
    /// <param name="end">Where the source ends.</param>
    /// <param name="now">In ticks.</param>
    /// <param name="isExact">False where it was there at the first look already.</param>
    public long? Since(long position, long end, long now, out bool isExact)
    {
        isExact = true;
        if (_count == 0 || end <= position)
        {
            return null;
        }

        var at = _count - 1;
        while (at >= 0 && _marks[at].End > position)
        {
            at--;
        }

        if (at < 0)
        {
            isExact = false;
            return _marks[0].From;
        }

        var (next, from) = at + 1 < _count ? (_marks[at + 1].End, _marks[at + 1].From) : (end, now);
        return _marks[at].Until + (long)((double)(position - _marks[at].End) / (next - _marks[at].End) * (from - _marks[at].Until));
    }

    private void Add(Mark mark)
    {
        if (_count == Most)
        {
            for (var i = 1; i < Most / 2; i++)
            {
                _marks[i] = _marks[i * 2];
            }

            _marks[Most / 2] = _marks[Most - 1];
            _count = (Most / 2) + 1;
        }

        if (_count == _marks.Length)
        {
            Array.Resize(ref _marks, Math.Min(Most, Math.Max(2, _count * 2)));
        }

        _marks[_count++] = mark;
    }

    [Conditional("DEBUG")]
    private void CheckInvariants()
    {
        Debug.Assert(_count <= Most, "C");
        for (var i = 0; i < _count; i++)
        {
            Debug.Assert(_marks[i].From <= _marks[i].Until
                && (i == 0 || (_marks[i - 1].End < _marks[i].End && _marks[i - 1].Until <= _marks[i].From)), "A");
        }
    }

    private struct Mark
    {
        public long End;
        public long From;
        public long Until;
    }
}

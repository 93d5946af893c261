using Heliostat.Protocol;
using Heliostat.Protocol.Wire;

namespace Heliostat.MirrorClient.OffsetMaps;

/// <summary>
/// Walks coded runs. Each is an unsigned varint of count * 4 + (after unknown ? 2 : 0) + (repeated ? 1 : 0), then the gaps on the source
/// and on the target before each of its segments, then, if repeated, how many segments more than two. Offsets are those where the run
/// before ended.
/// </summary>
internal ref struct RunReader(ReadOnlySpan<byte> runs, int position, long source, long target)
{
    private const ulong MaxCount = 1UL << 60;

    private readonly ReadOnlySpan<byte> _runs = runs;
    private int _position = position;
    private long _source = source;
    private long _target = target;

    /// <summary>The run that <see cref="MoveNext"/> read.</summary>
    public SegmentRun Current { get; private set; }

    /// <summary>Reads the next run; false at the end. Throws <see cref="MalformedFrameException"/>.</summary>
    public bool MoveNext()
    {
        if (_position == _runs.Length)
        {
            return false;
        }

        var head = Varint.ReadUInt64(_runs, ref _position);
        var sourceGap = Offset();
        var targetGap = Offset();
        var isRepeated = (head & 1) != 0;
        var repeat = isRepeated ? Offset() : -1;
        var count = head >> 2;
        var isAfterUnknown = (head & 2) != 0;
        if (count > MaxCount || (count == 0 && !isAfterUnknown) || (isRepeated && isAfterUnknown))
        {
            MalformedFrameException.Throw("no segment has such a head", (long)(head & long.MaxValue));
        }

        try
        {
            var run = checked(new SegmentRun(_source + sourceGap, _target + targetGap, (long)count, sourceGap, targetGap, repeat + 2,
                isAfterUnknown));
            _source = checked(run.Source + ((run.Repeat - 1) * (run.Count + sourceGap)) + run.Count);
            _target = checked(run.Target + ((run.Repeat - 1) * (run.Count + targetGap)) + run.Count);
            Current = run;
        }
        catch (OverflowException)
        {
            MalformedFrameException.Throw("a segment ends beyond what an offset can be, after source offset", _source);
        }

        return true;
    }

    /// <summary>Writes at the start of <paramref name="destination"/> and returns the bytes written: 40 at most.</summary>
    public static int Write(Span<byte> destination, in SegmentRun run)
    {
        var written = Varint.WriteUInt64(destination,
            ((ulong)run.Count << 2) | (run.IsAfterUnknown ? 2UL : 0) | (run.Repeat > 1 ? 1UL : 0));
        written += Varint.WriteUInt64(destination[written..], (ulong)run.SourceGap);
        written += Varint.WriteUInt64(destination[written..], (ulong)run.TargetGap);
        return run.Repeat > 1 ? written + Varint.WriteUInt64(destination[written..], (ulong)run.Repeat - 2) : written;
    }

    private long Offset()
    {
        var value = Varint.ReadUInt64(_runs, ref _position);
        if (value > long.MaxValue)
        {
            MalformedFrameException.Throw("an offset does not fit, at byte", _position);
        }

        return (long)value;
    }
}

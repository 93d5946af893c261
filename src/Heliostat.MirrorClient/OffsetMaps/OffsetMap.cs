using System.Diagnostics;

namespace Heliostat.MirrorClient.OffsetMaps;

/// <summary>
/// Which source offset of a lane is which target offset: exact, in both directions, at any age. One thread changes it, any number look
/// things up. It does no I/O: <see cref="Changes"/> are the records to write, an <see cref="OffsetMapLoader"/> takes those read. What must
/// hold:
/// <list type="bullet">
/// <item>A. Segments are in order and apart on both sides: a later one has greater source offsets and greater target offsets.</item>
/// <item>B. The newest fact wins: what it contradicts on either side, and all behind that, is dropped.</item>
/// <item>C. Between two segments nothing was mirrored, unless the hole is marked as unknown.</item>
/// <item>D. A translation is never later than the exact one; it says whether it is the exact one.</item>
/// <item>E. After any prefix of the records written, in their order, what is loaded is the beginning of what the map was before or after
/// the change under way.</item>
/// <item>F. What lies below the target's log start is never an answer.</item>
/// </list>
/// </summary>
internal sealed partial class OffsetMap
{
    private const int DefaultChunkBytes = 16 * 1024;

    private readonly Lock _lock = new();
    private readonly int _chunkBytes;
    private readonly List<OffsetMapChunk> _sealed = [];
    private OffsetMapChunk _open = new(0, 0, new RunList(0, 0));
    private long _logStart;
    private bool _isUnknownBehind;

    /// <summary>Knows nothing yet: as right for a lane that never mirrored anything.</summary>
    public OffsetMap(TopicPartition sourcePartition)
        : this(sourcePartition, DefaultChunkBytes)
    {
    }

    internal OffsetMap(TopicPartition sourcePartition, int chunkBytes)
    {
        SourcePartition = sourcePartition;
        _chunkBytes = chunkBytes;
    }

    /// <summary>The lane's source.</summary>
    public TopicPartition SourcePartition { get; }

    /// <summary>The source offset after the last mirrored record; 0 when none is known.</summary>
    public long EndSource
    {
        get
        {
            lock (_lock)
            {
                return _open.EndSource;
            }
        }
    }

    /// <summary>The target offset after the last mirrored record; 0 when none is known.</summary>
    public long EndTarget
    {
        get
        {
            lock (_lock)
            {
                return _open.EndTarget;
            }
        }
    }

    /// <summary>How many segments there are.</summary>
    public long Segments
    {
        get
        {
            lock (_lock)
            {
                return _sealed.Sum(chunk => chunk.Segments) + _open.Segments;
            }
        }
    }

    /// <summary>About what the map takes in memory.</summary>
    public long SizeInBytes
    {
        get
        {
            lock (_lock)
            {
                return _sealed.Sum(chunk => chunk.Runs.SizeInBytes) + _open.Runs.SizeInBytes + 256;
            }
        }
    }

    /// <summary>The target acknowledged records without a hole: so many, from these offsets on.</summary>
    public void Append(long source, long target, long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(source);
        ArgumentOutOfRangeException.ThrowIfNegative(target);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        lock (_lock)
        {
            CutTo(source, target);
            Add(source, target, count, _isUnknownBehind);
            _isUnknownBehind = false;
        }
    }

    /// <summary>
    /// Mirroring goes on behind records that are perhaps not all recorded here: at this source offset, and on the target not before this
    /// offset, if it is known. To be called when a lane starts at a stored position, be it MirrorMaker 2's; what is missing in between is
    /// marked as unknown.
    /// </summary>
    public void ResumeAt(long source, long? target)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(source);
        lock (_lock)
        {
            // Where the target got nothing, nothing was mirrored.
            if (source <= _open.EndSource || target == _open.EndTarget)
            {
                return;
            }

            if (target > _open.EndTarget)
            {
                Add(source, target.Value, 0, isAfterUnknown: true);
                _isUnknownBehind = false;
            }
            else
            {
                _isUnknownBehind = true;
            }
        }
    }

    /// <summary>Source offsets from this one on will be mirrored again, or were not mirrored after all.</summary>
    public void TruncateFrom(long source)
    {
        lock (_lock)
        {
            CutTo(source, long.MaxValue);
        }
    }

    /// <summary>The target's log begins here now: what is wholly below is dropped.</summary>
    public void TrimTargetBelow(long logStart)
    {
        lock (_lock)
        {
            _logStart = Math.Max(_logStart, logStart);
            var gone = _sealed.FindIndex(chunk => chunk.EndTarget > _logStart);
            gone = gone < 0 ? _sealed.Count : gone;
            foreach (var chunk in _sealed.Take(gone))
            {
                Changed(chunk.Number);
            }

            _sealed.RemoveRange(0, gone);
        }
    }

    private void CutTo(long source, long target)
    {
        if (source < _open.EndSource)
        {
            Cut(source, onSource: true);
        }

        if (target < _open.EndTarget)
        {
            Cut(target, onSource: false);
        }
    }

    private void Cut(long offset, bool onSource)
    {
        var cut = _open;
        var generation = cut.Generation;
        while (_sealed.Count > 0 && offset < (onSource ? cut.Runs.BaseSource : cut.Runs.BaseTarget))
        {
            Changed(cut.Number);
            cut = _sealed[^1];
            _sealed.RemoveAt(_sealed.Count - 1);
            generation = checked(_open.Generation + 1);
        }

        _open = cut.Before(offset, onSource, generation);
        Changed(_open.Number);
        CheckInvariants();
    }

    private void Add(long source, long target, long count, bool isAfterUnknown)
    {
        var sourceGap = source - _open.EndSource;
        var targetGap = target - _open.EndTarget;
        _open.Append(new SegmentRun(source, target, count, sourceGap, targetGap, Repeat: 1,
            isAfterUnknown && sourceGap > 0 && targetGap > 0));
        Changed(_open.Number);
        if (_open.Runs.Length >= _chunkBytes)
        {
            _sealed.Add(_open);
            _open = _open.Seal(checked(_open.Number + 1), _open.Generation);
            Changed(_open.Number);
        }

        CheckInvariants();
    }

    [Conditional("DEBUG")]
    private void CheckInvariants()
    {
        var next = _open;
        for (var i = _sealed.Count - 1; i >= 0; next = _sealed[i--])
        {
            Debug.Assert(_sealed[i].EndSource <= next.Runs.BaseSource && _sealed[i].EndTarget <= next.Runs.BaseTarget, "A");
            Debug.Assert(_sealed[i].Number + 1 == next.Number, "E");
        }
    }
}

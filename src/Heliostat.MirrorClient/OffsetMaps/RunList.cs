namespace Heliostat.MirrorClient.OffsetMaps;

/// <summary>Runs in order, coded, with an index for looking things up. Grows at its end only.</summary>
internal sealed class RunList(long baseSource, long baseTarget)
{
    private const int RunsPerMark = 64;
    private const int MaxRunBytes = 40;

    private byte[] _bytes = [];
    private Mark[] _marks = [];
    private int _runs;
    private int _markCount;

    /// <summary>Where what came before ended on the source: everything here is at or after it.</summary>
    public long BaseSource { get; } = baseSource;

    /// <summary>Where what came before ended on the target.</summary>
    public long BaseTarget { get; } = baseTarget;

    /// <summary>The source offset after the last record.</summary>
    public long EndSource { get; private set; } = baseSource;

    /// <summary>The target offset after the last record.</summary>
    public long EndTarget { get; private set; } = baseTarget;

    /// <summary>How many segments the runs are.</summary>
    public long Segments { get; private set; }

    /// <summary>Coded bytes.</summary>
    public int Length { get; private set; }

    /// <summary>What it takes in memory.</summary>
    public long SizeInBytes => _bytes.Length + (_marks.Length * 24L) + 96;

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, Length);

    /// <summary>Checks coded runs and indexes them. Throws <see cref="Protocol.MalformedFrameException"/>.</summary>
    public static RunList Read(ReadOnlySpan<byte> bytes, long baseSource, long baseTarget)
    {
        var list = new RunList(baseSource, baseTarget);
        var reader = list.Walk(bytes);
        while (reader.MoveNext())
        {
            list.Add(reader.Current);
        }

        list.Trim();
        return list;
    }

    /// <summary>Adds a run whose gaps count from the end.</summary>
    public void Add(in SegmentRun run)
    {
        if (_bytes.Length - Length < MaxRunBytes)
        {
            Array.Resize(ref _bytes, (_bytes.Length * 2) + MaxRunBytes);
        }

        if (_runs++ % RunsPerMark == 0)
        {
            if (_markCount == _marks.Length)
            {
                Array.Resize(ref _marks, Math.Max(1, _marks.Length * 2));
            }

            _marks[_markCount++] = new Mark(Length, EndSource, EndTarget);
        }

        Length += RunReader.Write(_bytes.AsSpan(Length), run);
        EndSource = run.SourceEnd;
        EndTarget = run.TargetEnd;
        Segments += run.Repeat;
    }

    /// <summary>Nothing more will be added: gives back what is not used.</summary>
    public void Trim()
    {
        Array.Resize(ref _bytes, Length);
        Array.Resize(ref _marks, _markCount);
    }

    /// <summary>Where the first record at or after an offset is on the other side; null if all are before it.</summary>
    public TranslatedOffset? Find(long offset, bool onSource)
    {
        var low = 0;
        for (var high = _markCount - 1; low < high;)
        {
            var middle = (low + high + 1) / 2;
            var mark = _marks[middle];
            (low, high) = (onSource ? mark.Source : mark.Target) <= offset ? (middle, high) : (low, middle - 1);
        }

        var start = _markCount == 0 ? new Mark(0, BaseSource, BaseTarget) : _marks[low];
        var reader = new RunReader(Bytes, start.Position, start.Source, start.Target);
        while (reader.MoveNext())
        {
            if ((onSource ? reader.Current : reader.Current.Turned).Find(offset) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    public RunReader Walk() => Walk(Bytes);

    private RunReader Walk(ReadOnlySpan<byte> bytes) => new(bytes, 0, BaseSource, BaseTarget);

    /// <summary>Where the bytes of a run begin, and where the run before it ended.</summary>
    private readonly record struct Mark(int Position, long Source, long Target);
}

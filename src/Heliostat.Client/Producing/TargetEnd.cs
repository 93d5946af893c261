namespace Heliostat.Client.Producing;

/// <summary>
/// Where a partition's next batch is to stand: behind the last one that was acknowledged (G, W of <see cref="ProduceQueue"/>).
/// </summary>
internal sealed class TargetEnd
{
    private long _cut = -1;

    /// <summary>The target offset; -1 when it is not known.</summary>
    public long Next { get; private set; } = -1;

    /// <summary>Nothing is acknowledged yet and its log ends at <paramref name="offset"/>: what is behind that came since.</summary>
    public void Is(long offset) => Next = offset;

    /// <summary>Something else is between what follows and what was before.</summary>
    public void Forget() => Next = -1;

    /// <summary>The log ended there, before what was acknowledged.</summary>
    public void CutAt(long end)
    {
        _cut = end;
        Forget();
    }

    /// <summary>What <see cref="CutAt"/> was told, once; -1 for nothing.</summary>
    public long TakeCut()
    {
        var cut = _cut;
        _cut = -1;
        return cut;
    }

    /// <summary>Compares where a batch stands with where it was to stand; what follows is to stand behind it.</summary>
    public ProduceJump JumpTo(in BatchRing.Entry entry)
    {
        var end = Next;
        Next = entry.BaseOffset < 0 ? -1 : entry.BaseOffset + entry.Batch.RecordCount;
        return end < 0 || entry.BaseOffset <= end
            ? default
            : new ProduceJump(end, entry.BaseOffset, entry.MayBeAppended && entry.BaseOffset - end >= entry.Batch.RecordCount);
    }
}

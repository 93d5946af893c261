namespace Heliostat.Broker.Logs;

/// <summary>
/// Batches in memory, in runs that double up to a limit. A run is never moved and a batch never spans two, so that fetch answers are
/// spliced from where the batches lie; an answer under way keeps its run alive whatever happens to the log.
/// </summary>
internal sealed class MemoryBytes : ISegmentBytes
{
    private const int SmallestRun = 1024;
    private const int LargestRun = 4 * 1024 * 1024;

    /// <summary>Null when the bytes are gone; then a reader without the log's lock still has the list that it began with.</summary>
    private List<Run>? _runs = [];

    public long Length { get; private set; }

    public bool IsFlushed => true;

    public void Append(ReadOnlySpan<byte> batch)
    {
        var runs = Runs();
        if (runs.Count == 0 || runs[^1].Free < batch.Length)
        {
            var size = runs.Count == 0 ? SmallestRun : Math.Min(runs[^1].Bytes.Length * 2, LargestRun);
            runs.Add(new Run(Length, GC.AllocateUninitializedArray<byte>(Math.Max(size, batch.Length))));
        }

        var run = runs[^1];
        batch.CopyTo(run.Bytes.AsSpan(run.Used));
        run.Used += batch.Length;
        Length += batch.Length;
    }

    public int Copy(long position, Span<byte> into)
    {
        var found = Read(position, into.Length);
        found.Span.CopyTo(into);
        return found.Length;
    }

    public LogSlice Slice(long position, int maxBytes) => new(Read(position, maxBytes));

    private Memory<byte> Read(long position, int maxBytes)
    {
        if (position >= Length) return Memory<byte>.Empty;

        var runs = Runs();
        var run = runs[IndexOf(runs, position)];
        var at = (int)(position - run.Start);
        return run.Bytes.AsMemory(at, Math.Min(maxBytes, run.Used - at));
    }

    public void Truncate(long length)
    {
        if (length >= Length) return;

        var runs = Runs();
        var index = IndexOf(runs, length);
        var cut = runs[index];
        runs.RemoveRange(index, runs.Count - index);
        var kept = (int)(length - cut.Start);
        Length = length;

        // Answers under way may still show what is cut off: the rest of a run is not written over.
        if (kept > 0) runs.Add(new Run(cut.Start, cut.Bytes[..kept]) { Used = kept });
    }

    public void Flush()
    {
    }

    public void Close() => _runs = null;

    public void Delete() => _runs = null;

    public void Dispose() => _runs = null;

    private List<Run> Runs() => Volatile.Read(ref _runs) ?? throw new ObjectDisposedException(nameof(MemoryBytes));

    private static int IndexOf(List<Run> runs, long position)
    {
        int low = 0, high = runs.Count - 1;
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (runs[middle].Start <= position) low = middle;
            else high = middle - 1;
        }

        return low;
    }

    private sealed class Run(long start, byte[] bytes)
    {
        public readonly long Start = start;
        public readonly byte[] Bytes = bytes;
        public int Used;

        public int Free => Bytes.Length - Used;
    }
}

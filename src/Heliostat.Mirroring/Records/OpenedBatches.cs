namespace Heliostat.Mirroring.Records;

/// <summary>How many batches were opened, by why. Thread-safe.</summary>
internal sealed class OpenedBatches
{
    private readonly long[] _counts = new long[Enum.GetValues<OpenReason>().Length];

    /// <summary>Those that there were, by their reason.</summary>
    public IReadOnlyDictionary<OpenReason, long> All =>
        Enumerable.Range(0, _counts.Length).Select(reason => KeyValuePair.Create((OpenReason)reason, Volatile.Read(ref _counts[reason])))
            .Where(opened => opened.Value > 0).ToDictionary();

    public void Add(OpenReason reason) => Interlocked.Increment(ref _counts[(int)reason]);
}

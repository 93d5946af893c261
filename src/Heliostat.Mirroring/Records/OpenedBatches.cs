using System.Collections.ObjectModel;

namespace Heliostat.Mirroring.Records;

/// <summary>How many batches were opened, by why. Thread-safe.</summary>
internal sealed class OpenedBatches
{
    private readonly long[] _counts = new long[Enum.GetValues<OpenReason>().Length];

    /// <summary>None of any kind: what most lanes have.</summary>
    public static IReadOnlyDictionary<OpenReason, long> None { get; } = ReadOnlyDictionary<OpenReason, long>.Empty;

    /// <summary>Those that there were, by their reason.</summary>
    public IReadOnlyDictionary<OpenReason, long> All => Array.TrueForAll(_counts, static count => count == 0)
        ? None
        : Enumerable.Range(0, _counts.Length).Select(reason => KeyValuePair.Create((OpenReason)reason, Volatile.Read(ref _counts[reason])))
            .Where(opened => opened.Value > 0).ToDictionary();

    public void Add(OpenReason reason) => Interlocked.Increment(ref _counts[(int)reason]);
}

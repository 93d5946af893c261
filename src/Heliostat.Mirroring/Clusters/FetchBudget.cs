using Heliostat.Client.Fetching;
using Heliostat.Configuration.Options;

namespace Heliostat.Mirroring.Clusters;

/// <summary>How much one fetcher asks for, so that its answers fit in the memory there is.</summary>
internal static class FetchBudget
{
    /// <summary>Far below the largest frame that a connection takes.</summary>
    private const long LargestFetchBytes = 128 << 20;

    /// <param name="source">How to read.</param>
    /// <param name="target">How to write: what may wait to be merged (<c>linger.ms</c>) waits on the source.</param>
    /// <param name="memoryBudgetBytes">What one fetcher may use.</param>
    public static FetchOptions Of(SourceOptions source, TargetOptions target, long memoryBudgetBytes) => source.Fetch with
    {
        MaxBytes = (int)Math.Min(source.Fetch.MaxBytes, Math.Clamp(memoryBudgetBytes / 8, 1024 * 1024, LargestFetchBytes)),
        Linger = target.Linger,
        LingerBytes = target.BatchBytes,
    };
}

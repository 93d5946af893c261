using System.Diagnostics;

namespace Heliostat.Metrics;

/// <summary>What the process and its runtime use.</summary>
internal sealed record ProcessUse
{
    public double CpuSeconds { get; init; }

    public long ResidentBytes { get; init; }

    public double StartedAt { get; init; }

    public int Threads { get; init; }

    public long HeapBytes { get; init; }

    public double PauseSeconds { get; init; }

    /// <summary>By generation.</summary>
    public IReadOnlyList<int> Collections { get; init; } = [];

    public int PoolThreads { get; init; }

    public static ProcessUse Now()
    {
        using var process = Process.GetCurrentProcess();
        return new ProcessUse
        {
            CpuSeconds = process.TotalProcessorTime.TotalSeconds,
            ResidentBytes = process.WorkingSet64,
            StartedAt = Seconds(new DateTimeOffset(process.StartTime)),
            Threads = process.Threads.Count,
            HeapBytes = GC.GetGCMemoryInfo().HeapSizeBytes,
            PauseSeconds = GC.GetTotalPauseDuration().TotalSeconds,
            Collections = [GC.CollectionCount(0) - GC.CollectionCount(1), GC.CollectionCount(1) - GC.CollectionCount(2),
                GC.CollectionCount(2)],
            PoolThreads = ThreadPool.ThreadCount,
        };
    }

    /// <summary>As Prometheus counts time.</summary>
    public static double Seconds(DateTimeOffset at) => at.ToUnixTimeMilliseconds() / 1000.0;
}

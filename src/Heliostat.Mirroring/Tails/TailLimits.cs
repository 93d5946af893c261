namespace Heliostat.Mirroring.Tails;

/// <summary>What comparing tails may take.</summary>
/// <param name="MaxBytes">So much of a lane's target is looked at (<c>heliostat.tail.max.bytes</c>).</param>
/// <param name="MemoryBytes">What all lanes together may hold in memory.</param>
internal sealed record TailLimits(long MaxBytes, long MemoryBytes)
{
    /// <summary>
    /// So much of the source is searched for the target's last records where nothing says where the position is on the target.
    /// </summary>
    public long MaxSearchBytes { get; init; } = 256L << 20;

    /// <summary>How many lanes are compared at a time, when each holds so much.</summary>
    public int SideBySide(int laneBytes) => (int)Math.Clamp(MemoryBytes / laneBytes, 1, 64);
}

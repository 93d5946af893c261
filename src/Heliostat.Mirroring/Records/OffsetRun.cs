namespace Heliostat.Mirroring.Records;

/// <summary>Source offsets without a hole: <paramref name="Count"/> of them from <paramref name="First"/> on.</summary>
internal readonly record struct OffsetRun(long First, int Count);

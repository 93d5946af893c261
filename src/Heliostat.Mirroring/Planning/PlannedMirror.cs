namespace Heliostat.Mirroring.Planning;

/// <summary>A topic that is mirrored.</summary>
/// <param name="Source">Its name on the source.</param>
/// <param name="Remote">Its name on the target.</param>
/// <param name="Partitions">How many partitions it has on the source.</param>
public sealed record PlannedMirror(string Source, string Remote, int Partitions);

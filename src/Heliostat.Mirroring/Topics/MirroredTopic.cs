namespace Heliostat.Mirroring.Topics;

/// <summary>A topic of the source that a flow mirrors.</summary>
/// <param name="Source">Its name on the source.</param>
/// <param name="Remote">Its name on the target.</param>
/// <param name="Partitions">How many partitions it has on the source; each is a lane.</param>
internal sealed record MirroredTopic(string Source, string Remote, int Partitions);

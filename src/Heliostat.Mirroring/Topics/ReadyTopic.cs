namespace Heliostat.Mirroring.Topics;

/// <summary>A topic whose mirror stands on the target.</summary>
/// <param name="Topic">What it is called on both sides, and how many partitions the source has.</param>
/// <param name="TargetPartitions">How many partitions the mirror has; lanes beyond wait for it to grow.</param>
/// <param name="MaxMessageBytes">The largest batch that the mirror takes.</param>
/// <param name="TargetId">The mirror's topic id; empty where the target has none.</param>
internal sealed record ReadyTopic(MirroredTopic Topic, int TargetPartitions, int MaxMessageBytes, Guid TargetId)
{
    /// <summary>How many lanes can be opened now.</summary>
    public int Lanes => Math.Min(Topic.Partitions, TargetPartitions);
}

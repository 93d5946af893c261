namespace Heliostat.Mirroring.Topics;

/// <summary>A mirrored topic that needs more partitions on the target.</summary>
/// <param name="Topic">Its name on the target.</param>
/// <param name="From">How many partitions it has on the target.</param>
/// <param name="To">How many it shall have.</param>
internal sealed record TopicGrowth(string Topic, int From, int To);

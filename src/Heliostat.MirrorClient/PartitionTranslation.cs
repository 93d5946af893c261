using Heliostat.MirrorClient.OffsetMaps;

namespace Heliostat.MirrorClient;

/// <summary>One offset of one partition, translated.</summary>
/// <param name="Source">The partition by its name on the source; null if it was not mirrored from there.</param>
/// <param name="Target">The partition by its name on the target.</param>
/// <param name="Offset">The offset on the other side; null if nothing recorded says anything about it.</param>
public sealed record PartitionTranslation(TopicPartition? Source, TopicPartition Target, TranslatedOffset? Offset);

namespace Heliostat.Client.Metadata;

/// <summary>One topic; <see cref="TopicId"/> is empty before Kafka 2.8. <see cref="Partitions"/> is indexed by partition.</summary>
public sealed record TopicMetadata(string Name, Guid TopicId, bool IsInternal, ErrorCode ErrorCode,
    IReadOnlyList<PartitionMetadata> Partitions);

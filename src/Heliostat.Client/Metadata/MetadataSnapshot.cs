namespace Heliostat.Client.Metadata;

/// <summary>
/// The cluster as one metadata answer described it. Immutable; leader epochs never go back from one snapshot to the next (KIP-320).
/// </summary>
public sealed class MetadataSnapshot
{
    /// <summary>Before the first answer.</summary>
    public static readonly MetadataSnapshot Empty = new();

    /// <summary>Counts the answers; 0 before the first.</summary>
    public long Version { get; init; }

    public string? ClusterId { get; init; }

    /// <summary>-1 when unknown.</summary>
    public int ControllerId { get; init; } = -1;

    public IReadOnlyDictionary<int, BrokerMetadata> Brokers { get; init; } = new Dictionary<int, BrokerMetadata>();

    public IReadOnlyDictionary<string, TopicMetadata> Topics { get; init; } = new Dictionary<string, TopicMetadata>();

    /// <summary>The partition, or null when the topic or the partition is not there.</summary>
    public PartitionMetadata? Find(TopicPartition partition) =>
        Topics.TryGetValue(partition.Topic, out var topic) && (uint)partition.Partition < (uint)topic.Partitions.Count
            ? topic.Partitions[partition.Partition]
            : null;
}

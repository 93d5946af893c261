namespace Heliostat.Broker;

/// <summary>A topic that an <see cref="EmbeddedCluster"/> starts with.</summary>
/// <param name="Name">Its name.</param>
/// <param name="PartitionCount">Its partitions.</param>
/// <param name="ReplicationFactor">On how many brokers each partition is; at most as many as there are.</param>
public sealed record EmbeddedTopic(string Name, int PartitionCount = 1, int ReplicationFactor = 1)
{
    /// <summary>Its own settings by Kafka's names, such as <c>cleanup.policy</c>.</summary>
    public IReadOnlyDictionary<string, string> Configs { get; init; } = new Dictionary<string, string>();
}

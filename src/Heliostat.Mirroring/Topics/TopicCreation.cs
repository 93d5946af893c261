using Heliostat.Mirroring.Topics.Configs;
using Heliostat.Protocol.Messages;

namespace Heliostat.Mirroring.Topics;

/// <summary>A mirrored topic that the target lacks.</summary>
/// <param name="Topic">The topic, which gets the source's partition count.</param>
/// <param name="ReplicationFactor">Its replicas; -1 asks for the target's default.</param>
/// <param name="Configs">What it is created with.</param>
internal sealed record TopicCreation(MirroredTopic Topic, short ReplicationFactor, IReadOnlyList<TopicConfig> Configs)
{
    public CreatableTopic ToRequest() => new()
    {
        Name = Topic.Remote,
        NumPartitions = Topic.Partitions,
        ReplicationFactor = ReplicationFactor,
        Configs = [.. Configs.Select(c => new CreatableTopicConfig { Name = c.Name, Value = c.Value })],
    };
}

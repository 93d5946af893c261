using Heliostat.Protocol.Messages;

namespace Heliostat.Mirroring.Topics;

/// <summary>A topic as a cluster's metadata has it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Partitions">How many partitions it has.</param>
/// <param name="Leaderless">How many of them nobody leads now.</param>
/// <param name="IsInternal">Whether the brokers themselves call it internal.</param>
internal sealed record ClusterTopic(string Name, int Partitions, int Leaderless = 0, bool IsInternal = false)
{
    /// <summary>Its id (KIP-516); empty where the cluster has none.</summary>
    public Guid Id { get; init; }

    /// <summary>The topics of a metadata answer; one that is just being deleted has no partitions and is left out.</summary>
    public static IReadOnlyList<ClusterTopic> From(IEnumerable<MetadataResponseTopic> topics) =>
    [
        .. from topic in topics
           where topic.Name is not null && topic.Partitions.Count > 0
           select new ClusterTopic(topic.Name!, topic.Partitions.Count, topic.Partitions.Count(p => p.LeaderId < 0), topic.IsInternal)
           {
               Id = topic.TopicId
           },
    ];
}

using System.Net;
using Heliostat.Protocol.Messages;

namespace Heliostat.Client.Metadata;

/// <summary>
/// Makes a snapshot of an answer and the snapshot before it. An answer that names no broker, as of one that is just starting or alone and
/// going, leaves those that are known (NetworkClient of Java passes over it).
/// </summary>
internal static class MetadataMerge
{
    public static MetadataSnapshot Over(MetadataSnapshot before, MetadataResponse answer)
    {
        Dictionary<string, TopicMetadata> topics = [];
        foreach (var topic in answer.Topics)
        {
            if (topic.Name is null || topic.ErrorCode is ErrorCode.UnknownTopicOrPartition or ErrorCode.UnknownTopicId)
            {
                continue;
            }

            var known = before.Topics.GetValueOrDefault(topic.Name);
            var merged = topic.ErrorCode == ErrorCode.LeaderNotAvailable && topic.Partitions.Count == 0 && known is not null
                ? known
                : Topic(known, topic);
            topics[merged.Name] = merged;
        }

        return new MetadataSnapshot
        {
            Version = before.Version + 1,
            ClusterId = answer.ClusterId,
            ControllerId = answer.ControllerId,
            Brokers = Brokers(answer) is { Count: > 0 } brokers ? brokers : before.Brokers,
            Topics = topics,
        };
    }

    /// <summary>A broker that cannot be where the answer says is one that is not there; of two with one number the last counts.</summary>
    private static Dictionary<int, BrokerMetadata> Brokers(MetadataResponse answer)
    {
        Dictionary<int, BrokerMetadata> brokers = [];
        foreach (var broker in answer.Brokers)
        {
            if (broker.Host.Length > 0 && broker.Port is > 0 and <= IPEndPoint.MaxPort)
            {
                brokers[broker.NodeId] = new BrokerMetadata(broker.NodeId, new DnsEndPoint(broker.Host, broker.Port), broker.Rack);
            }
        }

        return brokers;
    }

    private static TopicMetadata Topic(TopicMetadata? known, MetadataResponseTopic topic)
    {
        var same = known is not null && known.TopicId == topic.TopicId;
        var partitions = new PartitionMetadata[topic.Partitions.Count];
        foreach (var partition in topic.Partitions)
        {
            if ((uint)partition.PartitionIndex >= (uint)partitions.Length)
            {
                // Partitions are numbered without gaps; an answer that says otherwise is about a topic in the making.
                return new TopicMetadata(topic.Name!, topic.TopicId, topic.IsInternal, ErrorCode.LeaderNotAvailable, []);
            }

            var old = same && partition.PartitionIndex < known!.Partitions.Count ? known.Partitions[partition.PartitionIndex] : null;
            partitions[partition.PartitionIndex] = old is not null && partition.LeaderEpoch >= 0 && old.LeaderEpoch > partition.LeaderEpoch
                ? old
                : new PartitionMetadata(
                    partition.PartitionIndex, partition.LeaderId, partition.LeaderEpoch, partition.ErrorCode, partition.ReplicaNodes,
                    partition.IsrNodes);
        }

        return Array.IndexOf(partitions, null) >= 0
            ? new TopicMetadata(topic.Name!, topic.TopicId, topic.IsInternal, ErrorCode.LeaderNotAvailable, [])
            : new TopicMetadata(topic.Name!, topic.TopicId, topic.IsInternal, topic.ErrorCode, partitions);
    }
}

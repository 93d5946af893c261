using System.Collections.Concurrent;
using System.Threading.Channels;
using Heliostat.Client.Metadata;

namespace Heliostat.Client.Producing;

/// <summary>Leads partitions to the send loops of their leaders, as the metadata changes and as answers hint.</summary>
internal sealed class LeaderLoop(Producer producer)
{
    private readonly ConcurrentDictionary<int, BrokerSendLoop> _loops = new();
    private readonly Channel<BrokerSendLoop> _starts = Channel.CreateUnbounded<BrokerSendLoop>();

    /// <summary>Send loops that are to be run.</summary>
    public ChannelReader<BrokerSendLoop> Starts => _starts.Reader;

    public async Task RunAsync(CancellationToken ct)
    {
        while (true)
        {
            var snapshot = producer.Network.Metadata;
            foreach (var partition in producer.Partitions) Route(partition, snapshot);

            await producer.Network.WaitForChangeAsync(snapshot.Version, ct);
        }
    }

    /// <summary>Leads a partition where the metadata says.</summary>
    public void Route(ProducerPartition partition, MetadataSnapshot metadata)
    {
        var target = partition.Target;
        var topic = metadata.Topics.GetValueOrDefault(target.Topic);
        var place = metadata.Find(target);
        if (place is { Leader: >= 0 })
        {
            if (partition.IsNews(place.LeaderEpoch, topic!.TopicId))
            {
                partition.Lead(LoopOf(place.Leader), place.LeaderEpoch, topic.TopicId, ErrorCode.None, null);
            }

            return;
        }

        var cause = (topic, place) switch
        {
            (null, _) when metadata.Version == 0 => ErrorCode.LeaderNotAvailable,
            ({ ErrorCode: not ErrorCode.None }, _) => topic.ErrorCode,
            (_, null) => ErrorCode.UnknownTopicOrPartition,
            _ => ErrorCode.LeaderNotAvailable,
        };
        var message = $"{producer.Network.Cluster}: {target}: {cause.Name()} in the metadata";
        partition.Lead(null, leaderEpoch: -1, topic?.TopicId ?? Guid.Empty, cause, message);
        if (ProduceVerdicts.Of(cause, transactional: false) == ProduceVerdict.Refused) partition.Refuse(cause, message);
    }

    /// <summary>Leads a partition where an answer says (KIP-951), when that is newer than the metadata and the broker is known.</summary>
    public void Hint(ProducerPartition partition, int leaderId, int leaderEpoch)
    {
        var topicId = partition.TopicId;
        if (leaderId >= 0 && partition.IsNews(leaderEpoch, topicId) && producer.Network.Metadata.Brokers.ContainsKey(leaderId))
        {
            partition.Lead(LoopOf(leaderId), leaderEpoch, topicId, ErrorCode.None, null);
        }
    }

    private BrokerSendLoop LoopOf(int nodeId)
    {
        if (_loops.TryGetValue(nodeId, out var loop)) return loop;

        var made = new BrokerSendLoop(nodeId, producer);
        loop = _loops.GetOrAdd(nodeId, made);
        if (ReferenceEquals(loop, made)) _starts.Writer.TryWrite(made);
        return loop;
    }
}

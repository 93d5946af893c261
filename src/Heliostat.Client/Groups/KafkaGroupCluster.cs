using Heliostat.Client.Membership;
using Heliostat.Client.Routing;

namespace Heliostat.Client.Groups;

/// <summary>A real cluster, with its metadata.</summary>
internal sealed class KafkaGroupCluster(KafkaClient client, string groupId) : KafkaMemberCluster(client, groupId), IGroupCluster
{
    private readonly KafkaClient _client = client;

    public PartitionCounts CountPartitions(IReadOnlyCollection<string> topics)
    {
        var snapshot = _client.Metadata.Current;
        var counts = new Dictionary<string, int>(topics.Count);
        foreach (var topic in topics)
        {
            if (snapshot.Topics.TryGetValue(topic, out var found) && found.Partitions.Count > 0)
            {
                counts[topic] = found.Partitions.Count;
            }
        }

        return new PartitionCounts(snapshot.Version, topics, counts);
    }

    public async ValueTask<PartitionCounts> CountPartitionsAsync(IReadOnlyCollection<string> topics, CancellationToken ct)
    {
        if (CountPartitions(topics).ByTopic.Count < topics.Count)
        {
            _client.Metadata.Track(topics);
            await _client.Metadata.RefreshAsync(ct);
        }

        return CountPartitions(topics);
    }

    public ValueTask WaitForMetadataAsync(long version, CancellationToken ct) => _client.Metadata.WaitForChangeAsync(version, ct);
}

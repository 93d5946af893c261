using Heliostat.Protocol.Messages;

namespace Heliostat.Client.Tests.FakeBrokers;

/// <summary>What a broker remembers of a fetch session.</summary>
internal sealed class FakeSession
{
    private readonly List<Asked> _partitions = [];

    public required int Id { get; init; }

    public int Epoch { get; set; } = 1;

    public static FakeSession Of(FetchRequest request, int id)
    {
        var session = new FakeSession { Id = id };
        session.Change(request);
        return session;
    }

    public IEnumerable<Asked> InOrder() => _partitions;

    /// <summary>Partitions that had data come last in the next answer.</summary>
    public void MoveToEnd(Asked asked, bool hadData)
    {
        if (hadData && _partitions.Remove(asked))
        {
            _partitions.Add(asked);
        }
    }

    public void Change(FetchRequest request)
    {
        foreach (var topic in request.Topics)
        {
            foreach (var partition in topic.Partitions)
            {
                var asked = new Asked(
                    topic.Topic, topic.TopicId, partition.Partition, partition.FetchOffset, partition.CurrentLeaderEpoch,
                    partition.LastFetchedEpoch,
                    partition.PartitionMaxBytes, request.RackId);
                var at = _partitions.FindIndex(there => there.IsSame(asked));
                if (at >= 0)
                {
                    _partitions[at] = asked;
                }
                else
                {
                    _partitions.Add(asked);
                }
            }
        }

        foreach (var topic in request.ForgottenTopicsData)
        {
            _partitions.RemoveAll(there => there.Topic == topic.Topic && there.TopicId == topic.TopicId
                && topic.Partitions.Contains(there.Partition));
        }
    }

    public sealed record Asked(
        string Topic, Guid TopicId, int Partition, long Offset, int Epoch, int LastFetchedEpoch, int MaxBytes, string Rack)
    {
        public bool IsSame(Asked other) => Topic == other.Topic && TopicId == other.TopicId && Partition == other.Partition;
    }
}

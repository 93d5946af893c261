using Heliostat.Client.Metadata;
using Heliostat.Protocol.Messages;

namespace Heliostat.Client.Tests.Metadata;

public class MetadataMergeTests
{
    private static readonly Guid Id = Guid.NewGuid();

    [Fact]
    public void Leader_epochs_never_go_back()
    {
        var newer = MetadataMerge.Over(MetadataSnapshot.Empty, Answer(Id, leader: 2, epoch: 7));

        var merged = MetadataMerge.Over(newer, Answer(Id, leader: 1, epoch: 6));

        Assert.Equal((2, 7), (merged.Topics["t"].Partitions[0].Leader, merged.Topics["t"].Partitions[0].LeaderEpoch));
        Assert.Equal(2, merged.Version);
    }

    [Fact]
    public void Brokers_that_cannot_be_where_they_are_said_to_be_are_not_there()
    {
        var answer = Answer(Id, leader: 2, epoch: 7);
        answer.Brokers = [Broker(1, "", 9092), Broker(2, "b", 70_000), Broker(3, "b", -1), Broker(4, "b", 1), Broker(4, "c", 2)];

        var merged = MetadataMerge.Over(MetadataSnapshot.Empty, answer);

        Assert.Equal("c:2", string.Join(' ', merged.Brokers.Values.Select(broker => $"{broker.Endpoint.Host}:{broker.Endpoint.Port}")));

        static MetadataResponseBroker Broker(int id, string host, int port) => new() { NodeId = id, Host = host, Port = port };
    }

    /// <summary>So answers a broker that is just starting, or alone and going: nobody could be asked any more.</summary>
    [Fact]
    public void An_answer_that_names_no_broker_leaves_those_that_are_known()
    {
        var answer = Answer(Id, leader: 4, epoch: 7);
        answer.Brokers = [new() { NodeId = 4, Host = "b", Port = 1 }];
        var before = MetadataMerge.Over(MetadataSnapshot.Empty, answer);

        var merged = MetadataMerge.Over(before, Answer(Id, leader: -1, epoch: 7));

        Assert.Equal(before.Brokers, merged.Brokers);
        Assert.Equal((2, -1), (merged.Version, merged.Topics["t"].Partitions[0].Leader));
    }

    [Fact]
    public void A_topic_created_anew_begins_its_epochs_anew()
    {
        var old = MetadataMerge.Over(MetadataSnapshot.Empty, Answer(Id, leader: 2, epoch: 7));
        var anew = Guid.NewGuid();

        var merged = MetadataMerge.Over(old, Answer(anew, leader: 1, epoch: 0));

        Assert.Equal((1, 0), (merged.Topics["t"].Partitions[0].Leader, merged.Topics["t"].Partitions[0].LeaderEpoch));
        Assert.Equal(anew, merged.Topics["t"].TopicId);
    }

    [Fact]
    public void A_broker_too_old_for_epochs_is_believed()
    {
        var before = MetadataMerge.Over(MetadataSnapshot.Empty, Answer(Guid.Empty, leader: 2, epoch: -1));

        var merged = MetadataMerge.Over(before, Answer(Guid.Empty, leader: 1, epoch: -1));

        Assert.Equal(1, merged.Topics["t"].Partitions[0].Leader);
    }

    [Fact]
    public void An_unknown_topic_is_absent_and_a_leaderless_one_is_not()
    {
        var answer = Answer(Id, leader: -1, epoch: 3);
        answer.Topics.Add(new() { Name = "gone", ErrorCode = ErrorCode.UnknownTopicOrPartition });

        var snapshot = MetadataMerge.Over(MetadataSnapshot.Empty, answer);

        Assert.False(snapshot.Topics.ContainsKey("gone"));
        Assert.Equal(-1, snapshot.Find(new("t", 0))!.Leader);
        Assert.Null(snapshot.Find(new("t", 1)));
        Assert.Null(snapshot.Find(new("t", -1)));
    }

    [Fact]
    public void Partitions_with_gaps_are_a_topic_in_the_making()
    {
        var answer = Answer(Id, leader: 1, epoch: 3);
        answer.Topics[0].Partitions[0].PartitionIndex = 5;

        var snapshot = MetadataMerge.Over(MetadataSnapshot.Empty, answer);

        Assert.Equal(ErrorCode.LeaderNotAvailable, snapshot.Topics["t"].ErrorCode);
        Assert.Empty(snapshot.Topics["t"].Partitions);
    }

    private static MetadataResponse Answer(Guid id, int leader, int epoch) => new()
    {
        Topics =
        [
            new() { Name = "t", TopicId = id, Partitions = [new() { PartitionIndex = 0, LeaderId = leader, LeaderEpoch = epoch }] },
        ],
    };
}

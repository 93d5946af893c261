using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Tests.Messages;

/// <summary>The versions that can carry what is set in a request: from, to.</summary>
public sealed class MinVersionTests
{
    private const int Any = short.MaxValue;
    private static readonly Guid Id = new("a6c2f1e0-0000-4000-8000-000000000001");

    [Fact]
    public void Produce_needs_topic_ids_from_13_and_can_be_transactional_from_3()
    {
        Assert.Equal((0, 12), Versions(Produce(Guid.Empty, null)));
        Assert.Equal((0, Any), Versions(Produce(Id, null)));
        Assert.Equal((3, Any), Versions(Produce(Id, "transaction")));
    }

    [Fact]
    public void Fetch_needs_topic_ids_from_13()
    {
        Assert.Equal((0, 12), Versions(Fetch(Guid.Empty)));
        Assert.Equal((0, Any), Versions(Fetch(Id)));
        Assert.Equal((12, Any), Versions(Fetch(Id, lastFetchedEpoch: 4)));
        Assert.Equal((15, Any), Versions(new FetchRequest { ReplicaState = new ReplicaState() }));
        var forgetting = Fetch(Id);
        forgetting.ForgottenTopicsData.Next().Topic = "t";
        Assert.Equal((7, 12), Versions(forgetting));
    }

    [Fact]
    public void Metadata_grows_with_what_is_asked_for()
    {
        List<MetadataRequestTopic> named = [new() { Name = "t" }];
        Assert.Equal((0, Any), Versions(new MetadataRequest { Topics = named }));
        Assert.Equal((0, Any), Versions(new MetadataRequest { Topics = null }));
        Assert.Equal((1, Any), Versions(new MetadataRequest { Topics = [] }));
        Assert.Equal((4, Any), Versions(new MetadataRequest { Topics = named, AllowAutoTopicCreation = false }));
        Assert.Equal((8, 10), Versions(new MetadataRequest { Topics = named, IncludeClusterAuthorizedOperations = true }));
        Assert.Equal((10, Any), Versions(new MetadataRequest { Topics = [new() { Name = null, TopicId = Id }] }));
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(-2, 0)]
    [InlineData(0, 1)]
    [InlineData(-3, 7)]
    [InlineData(-4, 8)]
    [InlineData(-5, 9)]
    [InlineData(-6, 11)]
    public void Offsets_of_a_timestamp_came_one_after_the_other(long timestamp, short from) => Assert.Equal(
        (from, Any), Versions(new ListOffsetsRequest { Topics = [new() { Name = "t", Partitions = [new() { Timestamp = timestamp }] }] }));

    [Fact]
    public void A_coordinator_is_found_by_one_key_or_by_several()
    {
        Assert.Equal((0, 3), Versions(new FindCoordinatorRequest { Key = "g" }));
        Assert.Equal((1, 3), Versions(new FindCoordinatorRequest { Key = "t", KeyType = CoordinatorType.Transaction }));
        Assert.Equal((0, Any), Versions(new FindCoordinatorRequest { Key = "g", CoordinatorKeys = ["g"] }));
        Assert.Equal((4, Any), Versions(new FindCoordinatorRequest { CoordinatorKeys = ["g"] }));
        Assert.Equal((4, Any), Versions(new FindCoordinatorRequest { Key = "g", CoordinatorKeys = ["g", "h"] }));
    }

    [Fact]
    public void Static_members_came_later()
    {
        Assert.Equal((0, Any), Versions(new JoinGroupRequest()));
        Assert.Equal((5, Any), Versions(new JoinGroupRequest { GroupInstanceId = "i" }));
        Assert.Equal((0, 2), Versions(new LeaveGroupRequest { MemberId = "m" }));
        Assert.Equal((0, Any), Versions(new LeaveGroupRequest { MemberId = "m", Members = [new() { MemberId = "m" }] }));
        Assert.Equal((3, Any), Versions(new LeaveGroupRequest { MemberId = "m", Members = [new() { GroupInstanceId = "i" }] }));
    }

    [Fact]
    public void Positions_are_kept_by_topic_name_or_by_id()
    {
        Assert.Equal((0, 9), Versions(new OffsetCommitRequest { Topics = [new() { Name = "t" }] }));
        Assert.Equal((10, Any), Versions(new OffsetCommitRequest { Topics = [new() { TopicId = Id }] }));
        Assert.Equal((7, 9), Versions(new OffsetCommitRequest { GroupInstanceId = "i", Topics = [new() { Name = "t" }] }));
        Assert.Equal((0, 7), Versions(new OffsetFetchRequest { GroupId = "g" }));
        Assert.Equal((2, 7), Versions(new OffsetFetchRequest { GroupId = "g", Topics = null }));
        Assert.Equal((7, 7), Versions(new OffsetFetchRequest { GroupId = "g", RequireStable = true }));
        Assert.Equal((0, 9),
            Versions(new OffsetFetchRequest { GroupId = "g", Groups = [new() { GroupId = "g", Topics = [new() { Name = "t" }] }] }));
        Assert.Equal((8, Any), Versions(new OffsetFetchRequest { Groups = [new() { GroupId = "g" }, new() { GroupId = "h" }] }));
    }

    [Fact]
    public void Topics_are_created_and_deleted_as_versions_allow()
    {
        Assert.Equal((0, Any), Versions(new CreateTopicsRequest { Topics = [new() { NumPartitions = 1, ReplicationFactor = 1 }] }));
        Assert.Equal((1, Any), Versions(new CreateTopicsRequest { ValidateOnly = true }));
        Assert.Equal((4, Any), Versions(new CreateTopicsRequest { Topics = [new() { NumPartitions = -1, ReplicationFactor = 1 }] }));
        Assert.Equal((0, 5), Versions(new DeleteTopicsRequest { TopicNames = ["t"] }));
        Assert.Equal((0, Any), Versions(new DeleteTopicsRequest { TopicNames = ["t"], Topics = [new() { Name = "t" }] }));
        Assert.Equal((6, Any), Versions(new DeleteTopicsRequest { Topics = [new() { Name = null, TopicId = Id }] }));
    }

    private static (int From, int To) Versions<T>(IRequest<T> request) where T : IBody, new() => (request.MinVersion, request.MaxVersion);

    private static ProduceRequest Produce(Guid id, string? transactionalId)
    {
        var request = new ProduceRequest { TransactionalId = transactionalId };
        request.TopicData.Next().TopicId = id;
        return request;
    }

    private static FetchRequest Fetch(Guid id, int lastFetchedEpoch = -1)
    {
        var request = new FetchRequest();
        var topic = request.Topics.Next();
        topic.TopicId = id;
        topic.Partitions.Next().LastFetchedEpoch = lastFetchedEpoch;
        return request;
    }
}

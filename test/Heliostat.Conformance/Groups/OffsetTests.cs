namespace Heliostat.Conformance.Groups;

public sealed class OffsetTests
{
    [Theory, Everywhere]
    public Task Offsets_are_committed_and_fetched_in_every_version(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var topic = await scenario.Kafka.CreateTopicAsync(partitions: 2);
        var id = await scenario.Kafka.TopicIdAsync(topic);
        var group = await scenario.Kafka.GroupAsync();
        await scenario.AskAsync("committed", version => Commit(group, topic, id, 10 + version), 2, 3, 4, 5, 6, 7, 8, 9, 10);
        await scenario.AskAsync("fetched", _ => Fetch(group, topic, id, 0, 1), 1, 2, 3, 4, 5, 6, 7);
        await scenario.AskAsync("fetched in a batch", _ => FetchGroups((group, topic, id), (scenario.Kafka.Name("none"), topic, id)), 8, 9,
            10);
        await scenario.AskAsync("all fetched", _ => FetchAll(group), 2, 5, 7);
        await scenario.AskAsync("all fetched in a batch", _ => FetchAllGroups(group, scenario.Kafka.Name("none")), 8, 9, 10);
        await scenario.AskAsync("all of an unknown group", FetchAll(scenario.Kafka.Name("none")), 7);
        await scenario.AskAsync("of an unknown topic", Fetch(group, scenario.Kafka.Name("none"), Guid.NewGuid(), 0), 7);
        await scenario.AskAsync("of an unknown topic id", FetchGroups((group, topic, Guid.NewGuid())), 10);
        await scenario.AskAsync("of no group", Fetch("", topic, id, 0), 7);
    });

    [Theory, Everywhere]
    public Task Commits_from_outside_are_for_groups_without_members(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var topic = await scenario.Kafka.CreateTopicAsync();
        var group = await scenario.Kafka.GroupAsync();
        await Ask("to an unknown partition", static request => request.Topics[0].Partitions[0].PartitionIndex = 9);
        await Ask("to an unknown topic", request => request.Topics[0].Name = scenario.Kafka.Name("none"));
        await scenario.AskAsync("to an unknown topic id", Commit(group, topic, Guid.NewGuid(), 1), 10);
        await Ask("of no group", static request => request.GroupId = "");
        await Ask("with a generation for a group that is not there",
            request => (request.GroupId, request.GenerationIdOrMemberEpoch) = (scenario.Kafka.Name("none"), 1));
        await Ask("with a member for a group that is not there",
            request => (request.GroupId, request.MemberId) = (scenario.Kafka.Name("none"), "nobody"));
        await Ask("with too much metadata", static request => request.Topics[0].Partitions[0].CommittedMetadata = new string('m', 5000));
        await Ask("with as much metadata as there may be",
            static request => request.Topics[0].Partitions[0].CommittedMetadata = new string('m', 4096));
        await Ask("with no metadata", static request => request.Topics[0].Partitions[0].CommittedMetadata = null);
        await scenario.AskAsync("fetched", Fetch(group, topic, Guid.Empty, 0), 7);
        await Ask("of a negative offset", static request => request.Topics[0].Partitions[0].CommittedOffset = -5);
        await Ask("with a leader epoch", static request => request.Topics[0].Partitions[0].CommittedLeaderEpoch = 3);
        await scenario.AskAsync("fetched with the epoch", Fetch(group, topic, Guid.Empty, 0), 7);

        var member = await TestMember.CreateAsync(scenario.Kafka, group);
        await member.EnterAsync();
        await Ask("while the group is joining", static _ => { });
        await Ask("by the member before its sync",
            request => (request.MemberId, request.GenerationIdOrMemberEpoch) = (member.MemberId, member.Generation));
        await member.SyncAsync(member.Sync((member.MemberId, [1])));
        await Ask("while the group has a member", static _ => { });
        await Ask("by the member", request => (request.MemberId, request.GenerationIdOrMemberEpoch) = (member.MemberId, member.Generation));
        await Ask("by the member of an older generation",
            request => (request.MemberId, request.GenerationIdOrMemberEpoch) = (member.MemberId, member.Generation - 1));
        await Ask("by the member of a newer generation",
            request => (request.MemberId, request.GenerationIdOrMemberEpoch) = (member.MemberId, member.Generation + 1));
        await Ask("by a stranger", request => (request.MemberId, request.GenerationIdOrMemberEpoch) = ("nobody", member.Generation));
        await Ask("by an unknown static member", request => (request.MemberId, request.GenerationIdOrMemberEpoch,
            request.GroupInstanceId) = (member.MemberId, member.Generation, "static"));
        await scenario.Kafka.CallAsync(member.Leave(), 5);
        await Ask("once it left", static _ => { });
        await Ask("by the member that left",
            request => (request.MemberId, request.GenerationIdOrMemberEpoch) = (member.MemberId, member.Generation));

        async Task Ask(string title, Action<OffsetCommitRequest> change)
        {
            var request = Commit(group, topic, Guid.Empty, 7);
            change(request);
            await scenario.AskAsync(title, request, 8);
        }
    });

    [Theory, Everywhere]
    public Task Offsets_of_subscribed_topics_stay(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var topic = await scenario.Kafka.CreateTopicAsync(partitions: 2);
        var other = await scenario.Kafka.CreateTopicAsync("other");
        var group = await scenario.Kafka.GroupAsync();
        await scenario.AskAsync("from a group that is not there", Delete(group, topic), 0);
        await scenario.Kafka.CallAsync(Commit(group, topic, Guid.Empty, 1), 8);
        await scenario.Kafka.CallAsync(Commit(group, other, Guid.Empty, 2), 8);
        await scenario.AskAsync("an unknown topic", Delete(group, scenario.Kafka.Name("none")), 0);
        await scenario.AskAsync("a partition without a position", Delete(group, topic, 1), 0);
        await scenario.AskAsync("no group", Delete("", topic), 0);

        var member = await TestMember.CreateAsync(scenario.Kafka, group);
        var join = member.Join();
        await member.JoinAsync(join);
        join.MemberId = member.MemberId;
        join.Protocols[0].Metadata = Subscription(topic);
        await member.JoinAsync(join);
        await member.SyncAsync(member.Sync((member.MemberId, [1])));
        await scenario.AskAsync("a topic that a member is subscribed to", Delete(group, topic), 0);
        await scenario.AskAsync("a topic that none is subscribed to", Delete(group, other), 0);
        await scenario.Kafka.CallAsync(member.Leave(), 5);
        await scenario.AskAsync("once nobody is", Delete(group, topic), 0);
        await scenario.AskAsync("what is left", FetchAll(group), 7);
    });

    [Theory, Everywhere]
    public async Task Offsets_go_with_their_topic(EndpointKind on)
    {
        await using var kafka = await Endpoint.OpenAsync(on);
        var topic = await kafka.CreateTopicAsync();
        var group = await kafka.GroupAsync();
        await kafka.CallAsync(Commit(group, topic, Guid.Empty, 5), 8);

        await kafka.CallAsync(new DeleteTopicsRequest { Topics = [new DeleteTopicState { Name = topic }], TimeoutMs = 10_000 }, 6);

        await kafka.UntilAsync(() => Fetch(group, topic, Guid.Empty, 0), 7, seen => seen.Topics[0].Partitions[0].CommittedOffset == -1);
    }

    internal static OffsetCommitRequest Commit(string group, string topic, Guid id, long offset) => new()
    {
        GroupId = group,
        Topics = [new OffsetCommitRequestTopic
        {
            Name = topic,
            TopicId = id,
            Partitions = [new OffsetCommitRequestPartition { CommittedOffset = offset, CommittedMetadata = "m" }]
        }],
    };

    internal static OffsetFetchRequest FetchAll(string group) => new() { GroupId = group, Topics = null };

    private static OffsetFetchRequest Fetch(string group, string topic, Guid id, params int[] partitions) => new()
    {
        GroupId = group,
        Topics = [new OffsetFetchRequestTopic { Name = topic, PartitionIndexes = [.. partitions] }],
        Groups = [new OffsetFetchRequestGroup
        {
            GroupId = group,
            Topics = [new OffsetFetchRequestTopics { Name = topic, TopicId = id, PartitionIndexes = [.. partitions] }]
        }],
    };

    private static OffsetFetchRequest FetchGroups(params (string Group, string Topic, Guid Id)[] groups) => new()
    {
        Groups = [.. groups.Select(g => new OffsetFetchRequestGroup
        {
            GroupId = g.Group,
            Topics = [new OffsetFetchRequestTopics { Name = g.Topic, TopicId = g.Id, PartitionIndexes = [0, 1] }]
        })],
    };

    private static OffsetFetchRequest FetchAllGroups(params string[] groups) => new()
    {
        Groups = [.. groups.Select(group => new OffsetFetchRequestGroup { GroupId = group, Topics = null })],
    };

    private static OffsetDeleteRequest Delete(string group, string topic, int partition = 0) => new()
    {
        GroupId = group,
        Topics = [new OffsetDeleteRequestTopic
        {
            Name = topic,
            Partitions = [new OffsetDeleteRequestPartition { PartitionIndex = partition }]
        }],
    };

    /// <summary>Version 0 of what a consumer tells its leader: one topic, no user data.</summary>
    private static byte[] Subscription(string topic) =>
        [0, 0, 0, 0, 0, 1, 0, (byte)topic.Length, .. System.Text.Encoding.ASCII.GetBytes(topic), 0xff, 0xff, 0xff, 0xff];
}

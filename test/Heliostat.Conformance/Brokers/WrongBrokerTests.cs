using Heliostat.Conformance.Groups;
using Heliostat.Testing;

namespace Heliostat.Conformance.Brokers;

/// <summary>What a broker says that does not lead, or does not coordinate.</summary>
public sealed class WrongBrokerTests
{
    private const int Brokers = 3;

    [Theory, Everywhere(ManyBrokers = true)]
    public Task Who_does_not_lead_says_who_does(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var kafka = scenario.Kafka;
        var topic = await CreateAsync(kafka, [0, 1]);
        var id = await kafka.TopicIdAsync(topic);
        await kafka.CallAsync(Batches.Produce(topic, 0, Batches.Of("a")), 9);
        var other = await kafka.ConnectAsync(1);
        await KnowsAsync(kafka, other, topic);

        await NoteAsync(scenario, "metadata", other, topic);
        foreach (var version in new[] { 9, 10 })
            await scenario.AskAsync($"produce, version {version}", other, Batches.Produce(topic, 0, Batches.Of("b")), version);
        var stranger = await kafka.ConnectAsync(2);
        foreach (var version in new short[] { 10, 11, 12, 16 })
        {
            var fetch = Batches.Fetch(topic, 0, 0);
            fetch.Topics[0].TopicId = id;
            fetch.Topics[0].Partitions[0].CurrentLeaderEpoch = 0;
            var answer = await Eventually.ValueAsync(
                "the follower knows what is replicated",
                TimeSpan.FromMinutes(1),
                _ => other.CallAsync(fetch, version, kafka.Ct),
                seen => seen.Responses[0].Partitions[0] is { ErrorCode: not ErrorCode.None } or { HighWatermark: 1 },
                kafka.Ct);
            scenario.Note($"fetch from a follower, version {version}", answer);
            scenario.Note($"fetch from a stranger, version {version}", await stranger.CallAsync(fetch, version, kafka.Ct));
        }

        await scenario.AskAsync("list offsets", other, new ListOffsetsRequest
        {
            ReplicaId = -1,
            Topics = [new ListOffsetsTopic { Name = topic, Partitions = [new ListOffsetsPartition { Timestamp = -1 }] }]
        }, 7);
        await scenario.AskAsync("end of epoch", other, new OffsetForLeaderEpochRequest
        {
            ReplicaId = -1,
            Topics = [new OffsetForLeaderTopic { Topic = topic, Partitions = [new OffsetForLeaderPartition()] }]
        }, 4);
        await scenario.AskAsync("delete records", other, new DeleteRecordsRequest
        {
            Topics = [new DeleteRecordsTopic { Name = topic, Partitions = [new DeleteRecordsPartition { Offset = 1 }] }],
            TimeoutMs = 5000
        }, 2);
        await scenario.AskAsync("describe producers", other,
            new DescribeProducersRequest { Topics = [new DescribeProducersTopicRequest { Name = topic, PartitionIndexes = [0] }] }, 0);
    }, Brokers);

    [Theory, Everywhere(ManyBrokers = true)]
    public Task Who_does_not_coordinate_says_so(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var kafka = scenario.Kafka;
        var topic = await CreateAsync(kafka, [0, 1, 2]);
        var group = kafka.Name("g");
        var found = await kafka.UntilAsync(() => new FindCoordinatorRequest { Key = group }, 2, seen => seen.ErrorCode == ErrorCode.None);
        var other = await kafka.ConnectAsync((found.NodeId + 1) % Brokers);
        await scenario.AskAsync("join", other, new JoinGroupRequest
        {
            GroupId = group,
            SessionTimeoutMs = 10_000,
            ProtocolType = "consumer",
            Protocols = [new() { Name = "range" }]
        }, 5);
        await scenario.AskAsync("sync", other, new SyncGroupRequest { GroupId = group, MemberId = "m" }, 3);
        await scenario.AskAsync("heartbeat", other, new HeartbeatRequest { GroupId = group, MemberId = "m" }, 3);
        await scenario.AskAsync("leave", other,
            new LeaveGroupRequest { GroupId = group, Members = [new MemberIdentity { MemberId = "m" }] }, 4);
        await scenario.AskAsync("commit", other, OffsetTests.Commit(group, topic, Guid.Empty, 1), 8);
        await scenario.AskAsync("fetch offsets", other, OffsetTests.FetchAll(group), 7);
        await scenario.AskAsync("describe", other, new DescribeGroupsRequest { Groups = [group] }, 5);
        await scenario.AskAsync("delete", other, new DeleteGroupsRequest { GroupsNames = [group] }, 2);

        var id = kafka.Name("x");
        found = await kafka.UntilAsync(() => new FindCoordinatorRequest { Key = id, KeyType = CoordinatorType.Transaction }, 2,
            seen => seen.ErrorCode == ErrorCode.None);
        other = await kafka.ConnectAsync((found.NodeId + 1) % Brokers);
        await scenario.AskAsync("init", other, new InitProducerIdRequest { TransactionalId = id, TransactionTimeoutMs = 1000 }, 4);
        await scenario.AskAsync("add partitions", other, new AddPartitionsToTxnRequest
        {
            V3AndBelowTransactionalId = id,
            V3AndBelowTopics = [new() { Name = topic, Partitions = [0] }]
        }, 3);
        await scenario.AskAsync("add offsets", other, new AddOffsetsToTxnRequest { TransactionalId = id, GroupId = group }, 3);
        await scenario.AskAsync("end", other, new EndTxnRequest { TransactionalId = id }, 3);
        await scenario.AskAsync("describe the transaction", other, new DescribeTransactionsRequest { TransactionalIds = [id] }, 0);
    }, Brokers);

    [Theory, Everywhere(ManyBrokers = true)]
    public Task Replicas_are_placed_as_asked_for(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var kafka = scenario.Kafka;
        var topic = await CreateAsync(kafka, [2, 0], [1, 2]);
        var any = await kafka.ConnectAsync(0);
        await NoteAsync(scenario, "as asked for", any, topic);
        await scenario.AskAsync("unequal numbers of replicas",
            new CreateTopicsRequest { Topics = [Topic(kafka.Name("unequal"), [0, 1], [2])] }, 7);
        await kafka.CallAsync(
            new CreatePartitionsRequest
            {
                Topics = [new CreatePartitionsTopic { Name = topic, Count = 3, Assignments = [new() { BrokerIds = [0, 1] }] }],
                TimeoutMs = 10_000
            }, 3);
        await kafka.HasLeadersAsync(topic, 3);
        await NoteAsync(scenario, "one more", any, topic);
        await scenario.AskAsync(
            "one more with fewer replicas",
            new CreatePartitionsRequest
            {
                Topics = [new CreatePartitionsTopic { Name = topic, Count = 4, Assignments = [new() { BrokerIds = [0] }] }],
                TimeoutMs = 10_000
            },
            3);
        await scenario.AskAsync("too many replicas", new CreateTopicsRequest
        {
            Topics = [new CreatableTopic { Name = kafka.Name("many"), NumPartitions = 1, ReplicationFactor = 4 }]
        }, 7);
    }, Brokers);

    private static MetadataRequest Names(string topic) =>
        new() { Topics = [new MetadataRequestTopic { Name = topic }], AllowAutoTopicCreation = false };

    /// <summary>Any broker may be the controller.</summary>
    private static async Task NoteAsync(Scenario scenario, string title, RawClient connection, string topic)
    {
        var answer = await connection.CallAsync(Names(topic), 12, scenario.Kafka.Ct);
        answer.ControllerId = 0;
        scenario.Note(title, answer);
    }

    private static CreatableTopic Topic(string name, params int[][] replicas) => new()
    {
        Name = name,
        NumPartitions = -1,
        ReplicationFactor = -1,
        Assignments =
            [.. replicas.Select((brokers, index) => new CreatableReplicaAssignment { PartitionIndex = index, BrokerIds = [.. brokers] })],
    };

    private static async Task<string> CreateAsync(Endpoint kafka, params int[][] replicas)
    {
        var topic = kafka.Name("t");
        await kafka.CallAsync(new CreateTopicsRequest { Topics = [Topic(topic, replicas)], TimeoutMs = 30_000 }, 7);
        await kafka.HasLeadersAsync(topic, replicas.Length);
        return topic;
    }

    /// <summary>Until the other broker knows the topic and the first one leads it.</summary>
    private static Task<MetadataResponse> KnowsAsync(Endpoint kafka, RawClient other, string topic) => Eventually.ValueAsync(
        "the other broker knows the topic",
        TimeSpan.FromMinutes(1),
        _ => other.CallAsync(Names(topic), 12, kafka.Ct),
        seen => seen.Topics[0].Partitions is [{ IsrNodes.Count: 2 }],
        kafka.Ct);
}

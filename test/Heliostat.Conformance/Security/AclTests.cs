namespace Heliostat.Conformance.Security;

public sealed class AclTests
{
    private const sbyte Any = 1;
    private const sbyte Topic = 2;
    private const sbyte Group = 3;
    private const sbyte Literal = 3;
    private const sbyte Prefixed = 4;
    private const sbyte Match = 2;
    private const sbyte Read = 3;
    private const sbyte Allow = 3;
    private const sbyte Deny = 2;

    [Theory, Everywhere]
    public Task Rules_are_created_described_and_deleted(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var name = scenario.Kafka.Name("orders");
        for (var version = 1; version <= 3; version++) await scenario.AskAsync($"one created, version {version}", Create(Rule(Topic, name)), version);
        await scenario.AskAsync("more created", Create(Rule(Topic, name, operation: 4), Rule(Topic, name, Prefixed, principal: "User:bob", permission: Deny), Rule(Group, name, host: "10.0.0.1")), 3);
        await DescribedAsync(4);

        for (var version = 1; version <= 3; version++)
        {
            await scenario.AskAsync($"by name, version {version}", Describe(Topic, name), version);
        }

        await scenario.AskAsync("by name and any pattern", Describe(Topic, name, Any), 3);
        await scenario.AskAsync("by matching name", Describe(Topic, name + "x", Match), 3);
        await scenario.AskAsync("by any type", Describe(Any, name, Any), 3);
        await scenario.AskAsync("by principal", Describe(Topic, name, Any, principal: "User:bob"), 3);
        await scenario.AskAsync("by host", Describe(Any, name, Any, host: "10.0.0.1"), 3);
        await scenario.AskAsync("by operation", Describe(Topic, name, Any, operation: 4), 3);
        await scenario.AskAsync("by permission", Describe(Topic, name, Any, permission: Deny), 3);
        await scenario.AskAsync("of nothing", Describe(Topic, scenario.Kafka.Name("none")), 3);

        await scenario.AskAsync("deleted by operation", Delete(new DeleteAclsFilter { ResourceTypeFilter = Topic, ResourceNameFilter = name, PatternTypeFilter = Literal, PrincipalFilter = null, HostFilter = null, Operation = 4, PermissionType = Any }), 1);
        await DescribedAsync(3);
        await scenario.AskAsync("deleted by name", Delete(new DeleteAclsFilter { ResourceTypeFilter = Any, ResourceNameFilter = name, PatternTypeFilter = Any, PrincipalFilter = null, HostFilter = null, Operation = Any, PermissionType = Any }), 3);
        await DescribedAsync(0);
        await scenario.AskAsync("what is left", Describe(Any, name, Any), 3);

        Task DescribedAsync(int count) => scenario.Kafka.UntilAsync(() => Describe(Any, name, Any), 3, seen => seen.Resources.Sum(resource => resource.Acls.Count) == count);
    });

    [Theory, Everywhere]
    public Task Rules_that_mean_nothing_are_refused(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var name = scenario.Kafka.Name("orders");
        await Ask("no name", Rule(Topic, ""));
        await Ask("a principal without a type", Rule(Topic, name, principal: "bob"));
        await Ask("a cluster of another name", Rule(4, name));
        await Ask("an operation that topics do not know", Rule(Topic, name, operation: 12));
        await scenario.AskAsync("nothing", Create(), 3);

        Task Ask(string title, AclCreation rule) => scenario.AskAsync(title, Create(rule), 3);
    });

    [Theory, Everywhere]
    public Task Who_may_not_is_told_so_by_every_api(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var kafka = scenario.Kafka;
        var topic = await kafka.CreateTopicAsync("secret");
        var topicId = await kafka.TopicIdAsync(topic);
        var group = await kafka.GroupAsync("secret");
        var id = await kafka.TransactionalIdAsync("secret");
        await kafka.CallAsync(Create(Rule(Topic, topic, operation: 2, principal: "User:ANONYMOUS", permission: Deny), Rule(Group, group, operation: 2, principal: "User:ANONYMOUS", permission: Deny), Rule(5, id, operation: 2, principal: "User:ANONYMOUS", permission: Deny)), 3);
        await kafka.UntilAsync(() => new FindCoordinatorRequest { Key = id, KeyType = 1 }, 2, seen => seen.ErrorCode == ErrorCode.TransactionalIdAuthorizationFailed);
        await kafka.UntilAsync(() => new FindCoordinatorRequest { Key = group }, 2, seen => seen.ErrorCode == ErrorCode.GroupAuthorizationFailed);

        await scenario.AskAsync("metadata", new MetadataRequest { Topics = [new MetadataRequestTopic { Name = topic }] }, 9);
        await scenario.AskAsync("metadata by id", new MetadataRequest { Topics = [new MetadataRequestTopic { Name = null, TopicId = topicId }] }, 12);
        var all = await kafka.CallAsync(new MetadataRequest { Topics = null }, 9);
        scenario.Note("among all topics", $"{all.Topics.Exists(t => t.Name == topic)}");
        await scenario.AskAsync("produce", Batches.Produce(topic, 0, Batches.Of("a")), 9);
        var produce = Batches.Produce(topic, 0, Batches.Of("a"), transactionalId: id);
        await scenario.AskAsync("produce with the transactional id", produce, 9);
        await scenario.AskAsync("fetch", Batches.Fetch(topic, 0, 0), 11);
        await scenario.AskAsync("list offsets", new ListOffsetsRequest { ReplicaId = -1, Topics = [new ListOffsetsTopic { Name = topic, Partitions = [new ListOffsetsPartition { Timestamp = -1 }] }] }, 5);
        await scenario.AskAsync("end of epoch", new OffsetForLeaderEpochRequest { ReplicaId = -1, Topics = [new OffsetForLeaderTopic { Topic = topic, Partitions = [new OffsetForLeaderPartition()] }] }, 4);
        await scenario.AskAsync("delete records", new DeleteRecordsRequest { Topics = [new DeleteRecordsTopic { Name = topic, Partitions = [new DeleteRecordsPartition()] }], TimeoutMs = 5000 }, 2);
        await scenario.AskAsync("create partitions", new CreatePartitionsRequest { Topics = [new CreatePartitionsTopic { Name = topic, Count = 2, Assignments = null }] }, 3);
        await scenario.AskAsync("describe configs", new DescribeConfigsRequest { Resources = [new DescribeConfigsResource { ResourceType = 2, ResourceName = topic, ConfigurationKeys = null }] }, 4);
        await scenario.AskAsync("alter configs", new AlterConfigsRequest { Resources = [new AlterConfigsAlterConfigsResource { ResourceType = 2, ResourceName = topic }] }, 2);
        await scenario.AskAsync("change configs", new IncrementalAlterConfigsRequest { Resources = [new IncrementalAlterConfigsAlterConfigsResource { ResourceType = 2, ResourceName = topic }] }, 1);
        await scenario.AskAsync("describe producers", new DescribeProducersRequest { Topics = [new DescribeProducersTopicRequest { Name = topic, PartitionIndexes = [0] }] }, 0);
        await scenario.AskAsync("describe partitions", new DescribeTopicPartitionsRequest { Topics = [new DescribeTopicPartitionsTopicRequest { Name = topic }] }, 0);
        await scenario.AskAsync("find the group", new FindCoordinatorRequest { CoordinatorKeys = [group] }, 4);
        await scenario.AskAsync("find the transactional id", new FindCoordinatorRequest { CoordinatorKeys = [id], KeyType = 1 }, 4);
        await scenario.AskAsync("join", new JoinGroupRequest { GroupId = group, SessionTimeoutMs = 10_000, RebalanceTimeoutMs = 10_000, ProtocolType = "consumer" }, 5);
        await scenario.AskAsync("sync", new SyncGroupRequest { GroupId = group }, 3);
        await scenario.AskAsync("heartbeat", new HeartbeatRequest { GroupId = group }, 3);
        await scenario.AskAsync("leave", new LeaveGroupRequest { GroupId = group, Members = [new MemberIdentity { MemberId = "m" }] }, 4);
        await scenario.AskAsync("describe the group", new DescribeGroupsRequest { Groups = [group] }, 5);
        await scenario.AskAsync("delete the group", new DeleteGroupsRequest { GroupsNames = [group] }, 2);
        await scenario.AskAsync("commit offsets", Groups.OffsetTests.Commit(group, topic, topicId, 1), 8);
        await scenario.AskAsync("commit offsets of an open group", Groups.OffsetTests.Commit(kafka.Name("open"), topic, topicId, 1), 8);
        await scenario.AskAsync("fetch offsets", Groups.OffsetTests.FetchAll(group), 7);
        await scenario.AskAsync("fetch offsets in a batch", new OffsetFetchRequest { Groups = [new OffsetFetchRequestGroup { GroupId = group, Topics = null }] }, 8);
        await scenario.AskAsync("delete offsets", new OffsetDeleteRequest { GroupId = group, Topics = [new OffsetDeleteRequestTopic { Name = topic, Partitions = [new()] }] }, 0);
        await scenario.AskAsync("init", new InitProducerIdRequest { TransactionalId = id, TransactionTimeoutMs = 1000 }, 4);
        await scenario.AskAsync("add partitions", new AddPartitionsToTxnRequest { V3AndBelowTransactionalId = id, V3AndBelowTopics = [new AddPartitionsToTxnTopic { Name = topic, Partitions = [0] }] }, 3);
        await scenario.AskAsync("add offsets", new AddOffsetsToTxnRequest { TransactionalId = id, GroupId = group }, 3);
        await scenario.AskAsync("commit offsets in it", new TxnOffsetCommitRequest { TransactionalId = id, GroupId = group, Topics = [new TxnOffsetCommitRequestTopic { Name = topic, Partitions = [new()] }] }, 3);
        await scenario.AskAsync("end", new EndTxnRequest { TransactionalId = id }, 3);
        await scenario.AskAsync("describe the transaction", new DescribeTransactionsRequest { TransactionalIds = [id] }, 0);
        await scenario.AskAsync("delete the topic, which the cluster allows", new DeleteTopicsRequest { Topics = [new DeleteTopicState { Name = topic }], TimeoutMs = 10_000 }, 6);
    });

    [Theory, Everywhere]
    public Task What_is_allowed_implies_what_is_needed_to_do_it(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var kafka = scenario.Kafka;
        foreach (var (what, operation) in new (string, sbyte)[] { ("read", Read), ("write", 4), ("alter", 7), ("delete", 6), ("describe", 8), ("alter configs", 11), ("describe configs", 10) })
        {
            var topic = await kafka.CreateTopicAsync(what.Replace(' ', '-'));
            await kafka.CallAsync(Create(Rule(Topic, topic[..^3], Prefixed, operation, "User:ANONYMOUS")), 3);
            await kafka.UntilAsync(Metadata, 9, answer => answer.Topics[0].TopicAuthorizedOperations != 3576);

            // Kafka 3.9 looks at one operation after the other, and the rule may come in between.
            var seen = await kafka.CallAsync(Metadata(), 9);
            scenario.Note($"who may {what}", $"{seen.Topics[0].ErrorCode}, {Convert.ToString(seen.Topics[0].TopicAuthorizedOperations, 2)}");
            scenario.Note($"who may {what} fetches", $"{(await kafka.CallAsync(Batches.Fetch(topic, 0, 0), 11)).Responses[0].Partitions[0].ErrorCode}");
            scenario.Note($"who may {what} produces", $"{(await kafka.CallAsync(Batches.Produce(topic, 0, Batches.Of("a")), 9)).Responses[0].PartitionResponses[0].ErrorCode}");

            MetadataRequest Metadata() => new() { Topics = [new MetadataRequestTopic { Name = topic }], IncludeTopicAuthorizedOperations = true };
        }
    });

    private static AclCreation Rule(sbyte type, string name, sbyte pattern = Literal, sbyte operation = Read, string principal = "User:alice", string host = "*", sbyte permission = Allow) => new()
    {
        ResourceType = type,
        ResourceName = name,
        ResourcePatternType = pattern,
        Principal = principal,
        Host = host,
        Operation = operation,
        PermissionType = permission,
    };

    private static CreateAclsRequest Create(params AclCreation[] rules) => new() { Creations = [.. rules] };

    private static DeleteAclsRequest Delete(params DeleteAclsFilter[] filters) => new() { Filters = [.. filters] };

    private static DescribeAclsRequest Describe(
        sbyte type, string name, sbyte pattern = Literal, string? principal = null, string? host = null, sbyte operation = Any, sbyte permission = Any) => new()
        {
            ResourceTypeFilter = type,
            ResourceNameFilter = name,
            PatternTypeFilter = pattern,
            PrincipalFilter = principal,
            HostFilter = host,
            Operation = operation,
            PermissionType = permission,
        };
}

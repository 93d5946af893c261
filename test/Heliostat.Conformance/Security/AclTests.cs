namespace Heliostat.Conformance.Security;

public sealed class AclTests
{
    [Theory, Everywhere]
    public Task Rules_are_created_described_and_deleted(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var name = scenario.Kafka.Name("orders");
        for (var version = 1; version <= 3; version++)
            await scenario.AskAsync($"one created, version {version}", Create(Rule(ResourceType.Topic, name)), version);
        await scenario.AskAsync("more created",
            Create(Rule(ResourceType.Topic, name, operation: AclOperation.Write), Rule(ResourceType.Topic, name, PatternType.Prefixed,
                principal: "User:bob", permission: AclPermission.Deny), Rule(ResourceType.Group, name, host: "10.0.0.1")), 3);
        await DescribedAsync(4);

        for (var version = 1; version <= 3; version++)
        {
            await scenario.AskAsync($"by name, version {version}", Describe(ResourceType.Topic, name), version);
        }

        await scenario.AskAsync("by name and any pattern", Describe(ResourceType.Topic, name, PatternType.Any), 3);
        await scenario.AskAsync("by matching name", Describe(ResourceType.Topic, name + "x", PatternType.Match), 3);
        await scenario.AskAsync("by any type", Describe(ResourceType.Any, name, PatternType.Any), 3);
        await scenario.AskAsync("by principal", Describe(ResourceType.Topic, name, PatternType.Any, principal: "User:bob"), 3);
        await scenario.AskAsync("by host", Describe(ResourceType.Any, name, PatternType.Any, host: "10.0.0.1"), 3);
        await scenario.AskAsync("by operation", Describe(ResourceType.Topic, name, PatternType.Any, operation: AclOperation.Write), 3);
        await scenario.AskAsync("by permission", Describe(ResourceType.Topic, name, PatternType.Any, permission: AclPermission.Deny), 3);
        await scenario.AskAsync("of nothing", Describe(ResourceType.Topic, scenario.Kafka.Name("none")), 3);

        await scenario.AskAsync("deleted by operation", Delete(new DeleteAclsFilter
        {
            ResourceTypeFilter = ResourceType.Topic,
            ResourceNameFilter = name,
            PatternTypeFilter = PatternType.Literal,
            PrincipalFilter = null,
            HostFilter = null,
            Operation = AclOperation.Write,
            PermissionType = AclPermission.Any
        }), 1);
        await DescribedAsync(3);
        await scenario.AskAsync("deleted by name", Delete(new DeleteAclsFilter
        {
            ResourceTypeFilter = ResourceType.Any,
            ResourceNameFilter = name,
            PatternTypeFilter = PatternType.Any,
            PrincipalFilter = null,
            HostFilter = null,
            Operation = AclOperation.Any,
            PermissionType = AclPermission.Any
        }), 3);
        await DescribedAsync(0);
        await scenario.AskAsync("what is left", Describe(ResourceType.Any, name, PatternType.Any), 3);

        Task DescribedAsync(int count) => scenario.Kafka.UntilAsync(() => Describe(ResourceType.Any, name, PatternType.Any), 3,
            seen => seen.Resources.Sum(resource => resource.Acls.Count) == count);
    });

    [Theory, Everywhere]
    public Task Rules_that_mean_nothing_are_refused(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var name = scenario.Kafka.Name("orders");
        await Ask("no name", Rule(ResourceType.Topic, ""));
        await Ask("a principal without a type", Rule(ResourceType.Topic, name, principal: "bob"));
        await Ask("a cluster of another name", Rule(ResourceType.Cluster, name));
        await Ask("an operation that topics do not know", Rule(ResourceType.Topic, name, operation: AclOperation.IdempotentWrite));
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
        await kafka.CallAsync(
            Create(Rule(ResourceType.Topic, topic, operation: AclOperation.All, principal: "User:ANONYMOUS",
                permission: AclPermission.Deny),
                Rule(ResourceType.Group, group, operation: AclOperation.All, principal: "User:ANONYMOUS", permission: AclPermission.Deny),
                Rule(ResourceType.TransactionalId, id, operation: AclOperation.All, principal: "User:ANONYMOUS",
                    permission: AclPermission.Deny)), 3);
        await kafka.UntilAsync(() => new FindCoordinatorRequest { Key = id, KeyType = CoordinatorType.Transaction }, 2,
            seen => seen.ErrorCode == ErrorCode.TransactionalIdAuthorizationFailed);
        await kafka.UntilAsync(() => new FindCoordinatorRequest { Key = group }, 2,
            seen => seen.ErrorCode == ErrorCode.GroupAuthorizationFailed);

        await scenario.AskAsync("metadata", new MetadataRequest { Topics = [new MetadataRequestTopic { Name = topic }] }, 9);
        await scenario.AskAsync("metadata by id",
            new MetadataRequest { Topics = [new MetadataRequestTopic { Name = null, TopicId = topicId }] }, 12);
        var all = await kafka.CallAsync(new MetadataRequest { Topics = null }, 9);
        scenario.Note("among all topics", $"{all.Topics.Exists(t => t.Name == topic)}");
        await scenario.AskAsync("produce", Batches.Produce(topic, 0, Batches.Of("a")), 9);
        var produce = Batches.Produce(topic, 0, Batches.Of("a"), transactionalId: id);
        await scenario.AskAsync("produce with the transactional id", produce, 9);
        await scenario.AskAsync("fetch", Batches.Fetch(topic, 0, 0), 11);
        await scenario.AskAsync("list offsets", new ListOffsetsRequest
        {
            ReplicaId = -1,
            Topics = [new ListOffsetsTopic { Name = topic, Partitions = [new ListOffsetsPartition { Timestamp = -1 }] }]
        }, 5);
        await scenario.AskAsync("end of epoch", new OffsetForLeaderEpochRequest
        {
            ReplicaId = -1,
            Topics = [new OffsetForLeaderTopic { Topic = topic, Partitions = [new OffsetForLeaderPartition()] }]
        }, 4);
        await scenario.AskAsync("delete records", new DeleteRecordsRequest
        {
            Topics = [new DeleteRecordsTopic { Name = topic, Partitions = [new DeleteRecordsPartition()] }],
            TimeoutMs = 5000
        }, 2);
        await scenario.AskAsync("create partitions",
            new CreatePartitionsRequest { Topics = [new CreatePartitionsTopic { Name = topic, Count = 2, Assignments = null }] }, 3);
        await scenario.AskAsync("describe configs", new DescribeConfigsRequest
        {
            Resources = [new DescribeConfigsResource
        {
            ResourceType = ConfigResourceType.Topic,
            ResourceName = topic,
            ConfigurationKeys = null
        }]
        }, 4);
        await scenario.AskAsync("alter configs", new AlterConfigsRequest
        {
            Resources = [new AlterConfigsAlterConfigsResource { ResourceType = ConfigResourceType.Topic, ResourceName = topic }]
        }, 2);
        await scenario.AskAsync("change configs", new IncrementalAlterConfigsRequest
        {
            Resources = [new IncrementalAlterConfigsAlterConfigsResource { ResourceType = ConfigResourceType.Topic, ResourceName = topic }]
        }, 1);
        await scenario.AskAsync("describe producers",
            new DescribeProducersRequest { Topics = [new DescribeProducersTopicRequest { Name = topic, PartitionIndexes = [0] }] }, 0);
        await scenario.AskAsync("describe partitions",
            new DescribeTopicPartitionsRequest { Topics = [new DescribeTopicPartitionsTopicRequest { Name = topic }] }, 0);
        await scenario.AskAsync("find the group", new FindCoordinatorRequest { CoordinatorKeys = [group] }, 4);
        await scenario.AskAsync("find the transactional id",
            new FindCoordinatorRequest { CoordinatorKeys = [id], KeyType = CoordinatorType.Transaction }, 4);
        await scenario.AskAsync("join",
            new JoinGroupRequest { GroupId = group, SessionTimeoutMs = 10_000, RebalanceTimeoutMs = 10_000, ProtocolType = "consumer" }, 5);
        await scenario.AskAsync("sync", new SyncGroupRequest { GroupId = group }, 3);
        await scenario.AskAsync("heartbeat", new HeartbeatRequest { GroupId = group }, 3);
        await scenario.AskAsync("leave", new LeaveGroupRequest { GroupId = group, Members = [new MemberIdentity { MemberId = "m" }] }, 4);
        await scenario.AskAsync("describe the group", new DescribeGroupsRequest { Groups = [group] }, 5);
        await scenario.AskAsync("delete the group", new DeleteGroupsRequest { GroupsNames = [group] }, 2);
        await scenario.AskAsync("commit offsets", Groups.OffsetTests.Commit(group, topic, topicId, 1), 8);
        await scenario.AskAsync("commit offsets of an open group", Groups.OffsetTests.Commit(kafka.Name("open"), topic, topicId, 1), 8);
        await scenario.AskAsync("fetch offsets", Groups.OffsetTests.FetchAll(group), 7);
        await scenario.AskAsync("fetch offsets in a batch",
            new OffsetFetchRequest { Groups = [new OffsetFetchRequestGroup { GroupId = group, Topics = null }] }, 8);
        await scenario.AskAsync("delete offsets",
            new OffsetDeleteRequest { GroupId = group, Topics = [new OffsetDeleteRequestTopic { Name = topic, Partitions = [new()] }] }, 0);
        await scenario.AskAsync("init", new InitProducerIdRequest { TransactionalId = id, TransactionTimeoutMs = 1000 }, 4);
        await scenario.AskAsync("add partitions", new AddPartitionsToTxnRequest
        {
            V3AndBelowTransactionalId = id,
            V3AndBelowTopics = [new AddPartitionsToTxnTopic { Name = topic, Partitions = [0] }]
        }, 3);
        await scenario.AskAsync("add offsets", new AddOffsetsToTxnRequest { TransactionalId = id, GroupId = group }, 3);
        await scenario.AskAsync("commit offsets in it", new TxnOffsetCommitRequest
        {
            TransactionalId = id,
            GroupId = group,
            Topics = [new TxnOffsetCommitRequestTopic { Name = topic, Partitions = [new()] }]
        }, 3);
        await scenario.AskAsync("end", new EndTxnRequest { TransactionalId = id }, 3);
        await scenario.AskAsync("describe the transaction", new DescribeTransactionsRequest { TransactionalIds = [id] }, 0);
        await scenario.AskAsync("delete the topic, which the cluster allows",
            new DeleteTopicsRequest { Topics = [new DeleteTopicState { Name = topic }], TimeoutMs = 10_000 }, 6);
    });

    [Theory, Everywhere]
    public Task What_is_allowed_implies_what_is_needed_to_do_it(EndpointKind on) => Scenario.RunAsync(on, async scenario =>
    {
        var kafka = scenario.Kafka;
        foreach (var (what, operation) in new (string, AclOperation)[] { ("read", AclOperation.Read), ("write", AclOperation.Write),
            ("alter", AclOperation.Alter), ("delete", AclOperation.Delete), ("describe", AclOperation.Describe),
            ("alter configs", AclOperation.AlterConfigs), ("describe configs", AclOperation.DescribeConfigs) })
        {
            var topic = await kafka.CreateTopicAsync(what.Replace(' ', '-'));
            await kafka.CallAsync(Create(Rule(ResourceType.Topic, topic[..^3], PatternType.Prefixed, operation, "User:ANONYMOUS")), 3);
            await kafka.UntilAsync(Metadata, 9, answer => answer.Topics[0].TopicAuthorizedOperations != 3576);

            // Kafka 3.9 looks at one operation after the other, and the rule may come in between.
            var seen = await kafka.CallAsync(Metadata(), 9);
            scenario.Note($"who may {what}",
                $"{seen.Topics[0].ErrorCode}, {Convert.ToString(seen.Topics[0].TopicAuthorizedOperations, 2)}");
            scenario.Note($"who may {what} fetches",
                $"{(await kafka.CallAsync(Batches.Fetch(topic, 0, 0), 11)).Responses[0].Partitions[0].ErrorCode}");
            scenario.Note($"who may {what} produces",
                $"{(await kafka.CallAsync(Batches.Produce(topic, 0, Batches.Of("a")), 9)).Responses[0].PartitionResponses[0].ErrorCode}");

            MetadataRequest Metadata() =>
                new() { Topics = [new MetadataRequestTopic { Name = topic }], IncludeTopicAuthorizedOperations = true };
        }
    });

    private static AclCreation Rule(ResourceType type, string name, PatternType pattern = PatternType.Literal, AclOperation operation =
        AclOperation.Read, string principal = "User:alice", string host = "*", AclPermission permission = AclPermission.Allow) => new()
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
        ResourceType type, string name, PatternType pattern = PatternType.Literal, string? principal = null, string? host = null,
        AclOperation operation = AclOperation.Any, AclPermission permission = AclPermission.Any) => new()
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

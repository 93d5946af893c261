using Heliostat.Client.Admin;
using Heliostat.Client.Groups;
using Heliostat.Client.Tests.Groups;
using Heliostat.Protocol.Messages;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Client.Tests.Admin;

/// <summary>Every call against one real broker.</summary>
[Collection(SharedKafkaCollection.Name)]
public sealed class AdminClientTests(SharedKafka kafka)
{
    private static CancellationToken Ct => CancellationToken.None;

    [KafkaFact]
    public async Task Topics_are_tried_created_grown_and_deleted()
    {
        var cluster = await kafka.ClusterAsync();
        await using var client = LiveMember.Connect(cluster);
        var admin = new AdminClient(client, TimeProvider.System);
        var name = NewName();
        CreatableTopic[] topics =
        [
            new() { Name = name, NumPartitions = 3, ReplicationFactor = -1, Configs = [new()
            {
                Name = "cleanup.policy",
                Value = "compact"
            }] },
            new() { Name = "not a name", NumPartitions = 1, ReplicationFactor = 1 },
        ];

        var tried = await admin.CreateTopicsAsync(topics, validateOnly: true, Ct);
        var unknown = await admin.DescribeTopicsAsync([name], Ct);
        var created = await admin.CreateTopicsAsync(topics, validateOnly: false, Ct);
        var again = await admin.CreateTopicsAsync(topics, validateOnly: false, Ct);
        var leaderless = await admin.AwaitLeadersAsync(new Dictionary<string, int> { [name] = 3 }, TimeSpan.FromSeconds(20), Ct);
        var described = await admin.DescribeTopicsAsync([name], Ct);
        var grown = await admin.CreatePartitionsAsync([new() { Name = name, Count = 5, Assignments = null }], validateOnly: false, Ct);
        var shrunk = await admin.CreatePartitionsAsync([new() { Name = name, Count = 2, Assignments = null }], validateOnly: false, Ct);
        var stillLeaderless = await admin.AwaitLeadersAsync(new Dictionary<string, int> { [name] = 5 }, TimeSpan.FromSeconds(20), Ct);
        var listed = await admin.ListTopicsAsync(Ct);
        var deleted = await admin.DeleteTopicsAsync([name, name + "-unknown"], Ct);

        Assert.Equal([ErrorCode.None, ErrorCode.InvalidTopicException], Codes(tried, t => t.Name == name, t => t.ErrorCode));
        Assert.Equal(ErrorCode.UnknownTopicOrPartition, unknown.Single().ErrorCode);
        Assert.Equal([ErrorCode.None, ErrorCode.InvalidTopicException], Codes(created, t => t.Name == name, t => t.ErrorCode));
        Assert.Equal([ErrorCode.TopicAlreadyExists, ErrorCode.InvalidTopicException], Codes(again, t => t.Name == name, t => t.ErrorCode));
        Assert.Empty(leaderless);
        Assert.Equal(3, described.Single().Partitions.Count);
        Assert.Equal(ErrorCode.None, grown.Single().ErrorCode);
        Assert.Equal(ErrorCode.InvalidPartitions, shrunk.Single().ErrorCode);
        Assert.Empty(stillLeaderless);
        Assert.Equal(5, listed.Single(t => t.Name == name).Partitions.Count);
        Assert.Equal([ErrorCode.None, ErrorCode.UnknownTopicOrPartition], Codes(deleted, t => t.Name == name, t => t.ErrorCode));
    }

    [KafkaFact]
    public async Task A_topic_that_never_gets_leaders_is_named_when_the_time_is_over()
    {
        await using var client = LiveMember.Connect(await kafka.ClusterAsync());

        var leaderless = await new AdminClient(client, TimeProvider.System).AwaitLeadersAsync(
            new Dictionary<string, int> { ["nowhere"] = 2 }, TimeSpan.FromMilliseconds(300), Ct);

        Assert.Equal([new("nowhere", 0), new("nowhere", 1)], leaderless);
    }

    [KafkaFact]
    public async Task Offsets_are_found_by_place_and_by_time_and_records_deleted_before_them()
    {
        var cluster = await kafka.ClusterAsync();
        await using var client = LiveMember.Connect(cluster);
        var admin = new AdminClient(client, TimeProvider.System);
        var name = NewName();
        await cluster.Client.CreateTopicAsync(name, 1, null, Ct);
        var records = Enumerable.Range(0, 5)
            .Select(i => new KafkaRecord { Partition = 0, Timestamp = 1000 * (i == 2 ? 9 : i), Value = [(byte)i] });
        await cluster.Client.ProduceAsync(name, records, new Dictionary<string, string>(), Ct);
        var partition = new TopicPartition(name, 0);

        async Task<ListedOffset> AtAsync(long timestamp) =>
            (await admin.ListOffsetsAsync(new Dictionary<TopicPartition, long> { [partition] = timestamp }, IsolationLevel.ReadCommitted,
                Ct))[partition];

        Assert.Equal(new ListedOffset(ErrorCode.None, 5, -1, 0), await AtAsync(OffsetSpec.Latest));
        Assert.Equal(new ListedOffset(ErrorCode.None, 0, -1, 0), await AtAsync(OffsetSpec.Earliest));
        Assert.Equal(new ListedOffset(ErrorCode.None, 1, 1000, 0), await AtAsync(500));
        Assert.Equal(new ListedOffset(ErrorCode.None, 2, 9000, 0), await AtAsync(OffsetSpec.MaxTimestamp));
        Assert.Equal(new ListedOffset(ErrorCode.None, -1, -1, -1), await AtAsync(10_000));

        var end = (await admin.OffsetsForLeaderEpochAsync(new Dictionary<TopicPartition, int> { [partition] = 0 }, Ct))[partition];
        Assert.Equal((ErrorCode.None, 0, 5L), (end.ErrorCode, end.LeaderEpoch, end.EndOffset));

        var deleted = await admin.DeleteRecordsAsync(new Dictionary<TopicPartition, long> { [partition] = 3 }, Ct);
        var tooFar = await admin.DeleteRecordsAsync(new Dictionary<TopicPartition, long> { [partition] = 9 }, Ct);
        Assert.Equal((ErrorCode.None, 3L), (deleted[partition].ErrorCode, deleted[partition].LowWatermark));
        Assert.Equal(ErrorCode.OffsetOutOfRange, tooFar[partition].ErrorCode);
        Assert.Equal(3, (await AtAsync(OffsetSpec.Earliest)).Offset);
    }

    [KafkaFact]
    public async Task Offsets_of_an_unknown_topic_are_an_error_beside_the_others()
    {
        var cluster = await kafka.ClusterAsync();
        await using var client = LiveMember.Connect(cluster);
        var name = NewName();
        await cluster.Client.CreateTopicAsync(name, 2, null, Ct);

        var offsets = await new AdminClient(client, TimeProvider.System).ListOffsetsAsync(
            new Dictionary<TopicPartition, long>
            {
                [new(name, 0)] = OffsetSpec.Latest,
                [new(name, 1)] = OffsetSpec.Latest,
                [new(name, 2)] = OffsetSpec.Latest,
                [new("gone", 0)] = OffsetSpec.Latest,
            },
            IsolationLevel.ReadUncommitted,
            Ct);

        Assert.Equal([ErrorCode.None, ErrorCode.None], [offsets[new(name, 0)].ErrorCode, offsets[new(name, 1)].ErrorCode]);
        Assert.Equal(ErrorCode.UnknownTopicOrPartition, offsets[new(name, 2)].ErrorCode);
        Assert.Equal(ErrorCode.UnknownTopicOrPartition, offsets[new("gone", 0)].ErrorCode);
    }

    [KafkaFact]
    public async Task Settings_of_topics_and_brokers_are_read_and_changed()
    {
        var cluster = await kafka.ClusterAsync();
        await using var client = LiveMember.Connect(cluster);
        var admin = new AdminClient(client, TimeProvider.System);
        var name = NewName();
        await cluster.Client.CreateTopicAsync(name, 1, null, Ct);
        const ConfigResourceType topic = ConfigResourceType.Topic;

        async Task<Dictionary<string, string?>> ReadAsync(params string[] keys)
        {
            var described =
                await admin.DescribeConfigsAsync([new() { ResourceType = topic, ResourceName = name, ConfigurationKeys = [.. keys] }], Ct);
            return described.Single().Configs.ToDictionary(c => c.Name, c => c.Value);
        }

        var broker = await admin.DescribeConfigsAsync(
            [
                new() { ResourceType = ConfigResourceType.Broker, ResourceName = "1", ConfigurationKeys = ["default.replication.factor",
                    "num.partitions"] },
                new() { ResourceType = topic, ResourceName = NewName(), ConfigurationKeys = null },
            ],
            Ct);
        Assert.Equal(2, broker.Single(b => b.ResourceName == "1").Configs.Count);
        Assert.Equal(ErrorCode.UnknownTopicOrPartition, broker.Single(b => b.ResourceName != "1").ErrorCode);

        var changed = await admin.IncrementalAlterConfigsAsync(
            [new() { ResourceType = topic, ResourceName = name, Configs = [new() { Name = "retention.ms", Value = "5000" },
                new() { Name = "segment.ms", Value = "7000" }] }],
            validateOnly: false,
            Ct);
        var refused = await admin.IncrementalAlterConfigsAsync(
            [new() { ResourceType = topic, ResourceName = name, Configs = [new() { Name = "no.such.thing", Value = "1" }] }],
            validateOnly: true, Ct);
        Assert.Equal(ErrorCode.None, changed.Single().ErrorCode);
        Assert.Equal(ErrorCode.InvalidConfig, refused.Single().ErrorCode);
        Assert.Equal("5000", (await ReadAsync("retention.ms"))["retention.ms"]);

        var replaced = await admin.AlterConfigsAsync(
            [new() { ResourceType = topic, ResourceName = name, Configs = [new() { Name = "segment.ms", Value = "8000" }] }],
            validateOnly: false, Ct);
        Assert.Equal(ErrorCode.None, replaced.Single().ErrorCode);
        var after = await ReadAsync("retention.ms", "segment.ms");
        Assert.NotEqual("5000", after["retention.ms"]);
        Assert.Equal("8000", after["segment.ms"]);
    }

    [KafkaFact]
    public async Task Groups_are_listed_described_and_deleted()
    {
        var cluster = await kafka.ClusterAsync();
        await using var client = LiveMember.Connect(cluster);
        var admin = new AdminClient(client, TimeProvider.System);
        var name = NewName();
        await cluster.Client.CreateTopicAsync(name, 2, null, Ct);
        await using var member = new LiveMember(cluster, new GroupOptions { GroupId = name }, name);
        await member.OwnsAsync(2);
        await member.Group.CommitAsync(new Dictionary<TopicPartition, OffsetAndMetadata>
        {
            [new(name, 0)] = new(0),
            [new(name, 1)] = new(0)
        }, Ct);

        var listed = await admin.ListGroupsAsync(Ct);
        var described = await admin.DescribeGroupsAsync([name, name + "-unknown"], Ct);
        var consumer = await admin.DescribeConsumerGroupsAsync([name], Ct);
        var busy = await admin.DeleteGroupsAsync([name], Ct);
        var subscribed = await admin.DeleteOffsetsAsync(name, [new(name, 1)], Ct);
        await member.StopAsync();
        var free = await admin.DeleteOffsetsAsync(name, [new(name, 1)], Ct);
        var left =
            await new GroupOffsets(client, name, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance)
                .FetchAsync(null, requireStable: false, Ct);
        var deleted = await admin.DeleteGroupsAsync([name, name + "-unknown"], Ct);

        Assert.Equal(ErrorCode.None, listed.ErrorCode);
        Assert.Equal(("consumer", "Stable"),
            listed.Groups.Where(g => g.GroupId == name).Select(g => (g.ProtocolType, g.GroupState)).Single());
        Assert.Equal(("Stable", "sticky", 1), (described[0].GroupState, described[0].ProtocolData, described[0].Members.Count));
        Assert.Equal(name + "-unknown", described[1].GroupId);
        Assert.Equal(ErrorCode.GroupIdNotFound, consumer.Single().ErrorCode);
        Assert.Equal(ErrorCode.NonEmptyGroup, busy.Single().ErrorCode);
        Assert.Equal(ErrorCode.GroupSubscribedToTopic, subscribed.Topics.Single().Partitions.Single().ErrorCode);
        Assert.Equal(ErrorCode.None, free.Topics.Single().Partitions.Single().ErrorCode);
        Assert.Equal([new(name, 0)], left.Offsets.Keys);
        Assert.Equal([ErrorCode.None, ErrorCode.GroupIdNotFound], deleted.Select(d => d.ErrorCode));
    }

    [KafkaFact]
    public async Task The_cluster_and_its_quotas_are_described()
    {
        var cluster = await kafka.ClusterAsync();
        await using var client = LiveMember.Connect(cluster);
        var admin = new AdminClient(client, TimeProvider.System);

        var described = await admin.DescribeClusterAsync(Ct);
        var quotas = await admin.DescribeClientQuotasAsync([new() { EntityType = "client-id", MatchType = 2, Match = null }], strict: false,
            Ct);
        var acls = await admin.DescribeAclsAsync(new DescribeAclsRequest
        {
            ResourceTypeFilter = ResourceType.Any,
            ResourceNameFilter = null,
            PatternTypeFilter = PatternType.Any,
            PrincipalFilter = null,
            HostFilter = null,
            Operation = AclOperation.Any,
            PermissionType = AclPermission.Any
        }, Ct);

        Assert.Equal((1, cluster.Brokers[0].Port), (described.Brokers.Single().BrokerId, described.Brokers.Single().Port));
        Assert.Equal((await client.Metadata.RefreshAsync(Ct)).ClusterId, described.ClusterId);
        Assert.Equal(ErrorCode.None, quotas.ErrorCode);
        Assert.Equal(ErrorCode.SecurityDisabled, acls.ErrorCode);
    }

    private static string NewName() => $"t{Guid.NewGuid():N}";

    /// <summary>The code of the one that is meant, then that of the other: brokers answer in any order.</summary>
    private static ErrorCode[] Codes<T>(IReadOnlyList<T> results, Func<T, bool> first, Func<T, ErrorCode> code) =>
        [.. results.OrderByDescending(first).Select(code)];
}

using Heliostat.Client.Admin;
using Heliostat.Client.Tests.Groups;
using Heliostat.Protocol.Messages;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Client.Tests.Admin;

/// <summary>What takes more than one broker, an authorizer, or an old broker.</summary>
[Collection(SharedKafkaCollection.Name)]
public sealed class AdminClusterTests
{
    private static CancellationToken Ct => CancellationToken.None;

    [KafkaFact]
    public async Task Leaders_are_asked_each_for_its_own_and_again_when_they_move()
    {
        await using var cluster = await KafkaCluster.StartAsync(new() { Brokers = 2 }, Ct);
        await using var client = LiveMember.Connect(cluster);
        var admin = new AdminClient(client, TimeProvider.System);
        await cluster.Client.CreateTopicAsync("t", 6, null, Ct);
        await client.Metadata.RefreshAsync(Ct);
        client.Metadata.TrackAll();
        var before = await client.Metadata.RefreshAsync(Ct);
        Assert.Equal(2, before.Topics["t"].Partitions.Select(p => p.Leader).Distinct().Count());
        await cluster.Client.ProduceAsync("t", Enumerable.Range(0, 6).Select(i => new KafkaRecord { Partition = i, Value = [1] }),
            new Dictionary<string, string>(), Ct);
        var ask = Enumerable.Range(0, 6).ToDictionary(i => new TopicPartition("t", i), _ => OffsetSpec.Latest);

        var spread = await admin.ListOffsetsAsync(ask, IsolationLevel.ReadUncommitted, Ct);
        var configs = await admin.DescribeConfigsAsync(
            [.. new[] { "1", "2" }.Select(id => new DescribeConfigsResource
            {
                ResourceType = ConfigResourceType.Broker,
                ResourceName = id,
                ConfigurationKeys = ["node.id"]
            })], Ct);
        await cluster.KillBrokerAsync(2, Ct);
        var moved = await admin.ListOffsetsAsync(ask, IsolationLevel.ReadUncommitted, Ct);

        Assert.All(spread.Values, offset => Assert.Equal((ErrorCode.None, 1L), (offset.ErrorCode, offset.Offset)));
        Assert.Equal(["1", "2"], configs.Select(c => c.Configs.Single().Value!).Order());
        Assert.All(moved.Values, offset => Assert.Equal((ErrorCode.None, 1L), (offset.ErrorCode, offset.Offset)));
    }

    [KafkaFact]
    public async Task Access_rules_are_added_listed_and_removed()
    {
        await using var cluster = await KafkaCluster.StartAsync(
            new()
            {
                Properties = new Dictionary<string, string>
                {
                    ["authorizer.class.name"] = "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                    ["super.users"] = "User:ANONYMOUS",
                },
            },
            Ct);
        await using var client = LiveMember.Connect(cluster);
        var admin = new AdminClient(client, TimeProvider.System);

        var created = await admin.CreateAclsAsync(
            [
                new() { ResourceType = ResourceType.Topic, ResourceName = "orders", ResourcePatternType = PatternType.Literal, Principal =
                    "User:reader", Host = "*", Operation = AclOperation.Read, PermissionType = AclPermission.Allow },
                new() { ResourceType = ResourceType.Topic, ResourceName = "orders", ResourcePatternType = PatternType.Literal, Principal =
                    "not a principal", Host = "*", Operation = AclOperation.Read, PermissionType = AclPermission.Allow },
            ],
            Ct);
        var listed = await admin.DescribeAclsAsync(
            new()
            {
                ResourceTypeFilter =
                ResourceType.Topic,
                ResourceNameFilter = "orders",
                PatternTypeFilter = PatternType.Any,
                PrincipalFilter = null,
                HostFilter = null,
                Operation = AclOperation.Any,
                PermissionType = AclPermission.Any
            }, Ct);
        var deleted = await admin.DeleteAclsAsync(
            [new() { ResourceTypeFilter =
                ResourceType.Topic, ResourceNameFilter = "orders", PatternTypeFilter = PatternType.Any, PrincipalFilter = null,
                HostFilter = null, Operation = AclOperation.Any, PermissionType = AclPermission.Any }], Ct);

        Assert.Equal([ErrorCode.None, ErrorCode.InvalidRequest], created.Select(c => c.ErrorCode));
        Assert.Equal("User:reader", listed.Resources.Single().Acls.Single().Principal);
        Assert.Equal("orders", deleted.Single().MatchingAcls.Single().ResourceName);
    }

    [KafkaFact("0.10.2.2", "3.9.1")]
    public async Task Kafka_0_10_2_is_administered_as_far_as_it_can_be()
    {
        await using var cluster = await KafkaCluster.StartAsync(new() { Version = "0.10.2.2" }, Ct);
        await using var client = LiveMember.Connect(cluster);
        var admin = new AdminClient(client, TimeProvider.System);

        var created = await admin.CreateTopicsAsync([new() { Name = "t", NumPartitions = 2, ReplicationFactor = -1 }], validateOnly: false,
            Ct);
        var leaderless = await admin.AwaitLeadersAsync(new Dictionary<string, int> { ["t"] = 2 }, TimeSpan.FromSeconds(20), Ct);
        var unknown = await admin.DescribeTopicsAsync(["unknown"], Ct);
        var unknownStill = await admin.DescribeTopicsAsync(["unknown"], Ct);
        await cluster.Client.ProduceAsync("t", [new KafkaRecord { Partition = 0, Timestamp = 1000, Value = [1] }],
            new Dictionary<string, string> { ["enable.idempotence"] = "false" }, Ct);
        var ends = await admin.ListOffsetsAsync(
            new Dictionary<TopicPartition, long> { [new("t", 0)] = OffsetSpec.Latest, [new("t", 1)] = OffsetSpec.Latest },
            IsolationLevel.ReadUncommitted, Ct);
        var described = await admin.DescribeClusterAsync(Ct);
        var tooOld = await Assert.ThrowsAsync<KafkaErrorException>(() => admin
            .CreatePartitionsAsync([new() { Name = "t", Count = 3 }], validateOnly: false, Ct).AsTask());

        Assert.Equal(ErrorCode.None, created.Single().ErrorCode);
        Assert.Empty(leaderless);
        Assert.Equal([ErrorCode.UnknownTopicOrPartition, ErrorCode.UnknownTopicOrPartition],
            [unknown.Single().ErrorCode, unknownStill.Single().ErrorCode]);
        Assert.Equal([1L, 0L], [ends[new("t", 0)].Offset, ends[new("t", 1)].Offset]);
        Assert.Single(described.Brokers);
        Assert.Equal(ErrorCode.UnsupportedVersion, tooOld.Code);
    }
}

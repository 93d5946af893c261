using Heliostat.Mirroring.Topics.Acls;
using Heliostat.Protocol.Messages;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Scenarios.RealKafka.TopicSides;

/// <summary>Real targets that do not let the mirror do everything.</summary>
public sealed class RefusalTests
{
    private static CancellationToken Ct => CancellationToken.None;

    [KafkaFact]
    public async Task A_target_that_refuses_creation_configs_and_ACLs_gets_the_rest()
    {
        var authorizer = "org.apache.kafka.metadata.authorizer.StandardAuthorizer";
        await using var source = await KafkaCluster.StartAsync(new()
        {
            Properties = new Dictionary<string, string> { ["authorizer.class.name"] = authorizer, ["super.users"] = "User:ANONYMOUS" }
        }, Ct);
        await using var target = await KafkaCluster.StartAsync(
            new()
            {
                Properties = new Dictionary<string, string>
                {
                    ["authorizer.class.name"] = authorizer,
                    ["allow.everyone.if.no.acl.found"] = "true"
                }
            }, Ct);
        await using var a = new AdminSide(source, "A");
        await using var b = new AdminSide(target, "B");
        await a.CreateAsync("good", 1);
        await a.CreateAsync("refused", 1);
        await a.CreateAsync("fixed", 1, "retention.ms=1000000");
        await a.AllowAsync(Acl("alice", "good", AclOperation.Read));
        await b.CreateAsync("A.fixed", 1);
        await DenyAsync(b);
        var flow = new FlowSyncs(File(source, target), a, b);

        var ready = await flow.ReadyAsync(topics => topics.Count == 2, Ct);
        var configs = await flow.ConfigsAsync(Ct);
        var acls = await flow.AclsAsync(Ct);

        Assert.Equal(["A.fixed", "A.good"], ready.Select(r => r.Topic.Remote));
        var refused = Assert.Single(flow.Topics.Failures);
        Assert.StartsWith("target B: cannot create topic 'A.refused' with 1 partition: TOPIC_AUTHORIZATION_FAILED", refused.Value.Cause,
            StringComparison.Ordinal);
        Assert.StartsWith("target B: cannot change configs of topic 'A.fixed': TOPIC_AUTHORIZATION_FAILED",
            Assert.Single(configs.Refused).Cause, StringComparison.Ordinal);
        Assert.StartsWith("target B: cannot add the access rule \"User:alice may READ topic 'A.good'\": CLUSTER_AUTHORIZATION_FAILED",
            Assert.Single(acls.Refused), StringComparison.Ordinal);
    }

    [KafkaFact("3.9.1")]
    public async Task Configs_that_the_target_does_not_know_keep_back_neither_the_topic_nor_its_other_configs()
    {
        await using var source = await KafkaCluster.StartAsync(new() { Version = "3.9.1" }, Ct);
        await using var target = await KafkaCluster.StartAsync(new(), Ct);
        await using var a = new AdminSide(source, "A");
        await using var b = new AdminSide(target, "B");
        await a.CreateAsync("new", 2, "message.downconversion.enable=false", "retention.ms=1000000", "cleanup.policy=compact");
        await a.CreateAsync("old", 1, "message.downconversion.enable=false", "retention.ms=1000000");
        await b.CreateAsync("A.old", 1);
        var flow = new FlowSyncs(File(source, target), a, b);

        await flow.ReadyAsync(topics => topics.Count == 2, Ct);
        var configs = await flow.ConfigsAsync(Ct);
        var facts = await b.TopicFactsAsync(Ct);

        Assert.Equal(["A.new", "A.old"],
            configs.Refused.Where(r => r.Config == "message.downconversion.enable").Select(r => r.Topic).Order());
        Assert.Equal(
            ["config A.new: cleanup.policy=compact", "config A.new: retention.ms=1000000", "config A.old: retention.ms=1000000",
                "topic A.new: 2 partitions, 1 replicas", "topic A.old: 1 partitions, 1 replicas"],
            facts);
    }

    [KafkaFact("0.10.2.2")]
    public async Task A_source_too_old_to_name_configs_is_mirrored_with_the_targets_defaults()
    {
        await using var source = await KafkaCluster.StartAsync(new() { Version = "0.10.2.2" }, Ct);
        await using var target = await KafkaCluster.StartAsync(new(), Ct);
        await using var a = new AdminSide(source, "A");
        await using var b = new AdminSide(target, "B");
        await a.CreateAsync("orders", 3);
        var flow = new FlowSyncs(File(source, target), a, b);

        var ready = await flow.ReadyAsync(topics => topics.Count == 1, Ct);
        var configs = await flow.PlanConfigsAsync(Ct);
        var acls = await flow.PlanAclsAsync(Ct);

        Assert.Equal(3, ready[0].TargetPartitions);
        Assert.Empty(configs.Topics);
        Assert.StartsWith("source A: cannot read the ACLs of topics: UNSUPPORTED_VERSION", acls.Off, StringComparison.Ordinal);
    }

    [KafkaFact]
    public async Task Without_an_authorizer_no_ACLs_are_copied()
    {
        await using var cluster = await KafkaCluster.StartAsync(new(), Ct);
        await using var side = new AdminSide(cluster, "A");

        var plan = await new FlowSyncs(File(cluster, cluster, "unreachable"), side, side).PlanAclsAsync(Ct);

        Assert.Equal("source A: no authorizer is configured, so there are no ACLs to copy", plan.Off);
    }

    private static string File(KafkaCluster source, KafkaCluster target, string? server = null) => $"""
        clusters = A, B
        A.bootstrap.servers = {source.BootstrapServers}
        B.bootstrap.servers = {(server is null ? target.BootstrapServers : server + ":1")}
        A->B.enabled = true
        replication.factor = 1

        """;

    private static async Task DenyAsync(AdminSide b)
    {
        const string Me = "User:ANONYMOUS";
        AclCreation Rule(ResourceType type, string name, AclOperation operation, AclPermission permission) => new()
        {
            ResourceType = type,
            ResourceName = name,
            Principal = Me,
            Host = "*",
            Operation = operation,
            PermissionType = permission,
        };

        foreach (var result in await b.Admin.CreateAclsAsync(
            [
                Rule(ResourceType.Topic, "A.refused", AclOperation.Create, AclPermission.Deny),
                Rule(ResourceType.Topic, "A.fixed", AclOperation.Describe, AclPermission.Allow),
                Rule(ResourceType.Topic, "A.fixed", AclOperation.DescribeConfigs, AclPermission.Allow),
                Rule(ResourceType.Topic, "A.fixed", AclOperation.AlterConfigs, AclPermission.Deny),
                Rule(ResourceType.Cluster, "kafka-cluster", AclOperation.ClusterAction, AclPermission.Allow),
                Rule(ResourceType.Cluster, "kafka-cluster", AclOperation.Describe, AclPermission.Allow),
                Rule(ResourceType.Cluster, "kafka-cluster", AclOperation.Create, AclPermission.Deny),
                Rule(ResourceType.Cluster, "kafka-cluster", AclOperation.Alter, AclPermission.Deny),
            ], Ct))
        {
            Assert.True(result.ErrorCode == ErrorCode.None, result.ErrorMessage);
        }
    }

    private static TopicAcl Acl(string user, string topic, AclOperation operation) =>
        new(topic, PatternType.Literal, "User:" + user, "*", operation, AclPermission.Allow);
}

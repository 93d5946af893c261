using Heliostat.Mirroring.Topics.Acls;
using Heliostat.Testing;
using Heliostat.Testing.Processes;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Scenarios.RealKafka.TopicSides;

/// <summary>
/// The real MirrorMaker 2 and our syncs over the same source and the same file, each to a target of its own: topics, partitions, configs,
/// ACLs.
/// </summary>
public sealed class SideBySideTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static readonly Dictionary<string, string> WithAuthorizer = new()
    {
        ["authorizer.class.name"] = "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        ["super.users"] = "User:ANONYMOUS",
    };

    private static CancellationToken Ct => CancellationToken.None;

    /// <summary>What is meant to differ: docs/mm2-differences.md.</summary>
    [KafkaTheory]
    [InlineData("Default", "target", "- acl User:hal may READ topic 'A.*'")]
    [InlineData("Identity", "source", "- acl User:hal may READ all topics")]
    public async Task Targets_end_up_the_same(string policy, string defaults, string differences)
    {
        var options = new KafkaClusterOptions { Properties = WithAuthorizer };
        var clusters = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => KafkaCluster.StartAsync(options, Ct)));
        await using var source = clusters[0];
        await using var theirs = clusters[1];
        await using var ours = clusters[2];
        await using var a = new AdminSide(source, "A");
        await using var java = new AdminSide(theirs, "java");
        await using var heliostat = new AdminSide(ours, "heliostat");
        var prefix = policy == "Default" ? "A." : "";
        await PrepareAsync(a);
        await PrepareTargetAsync(java, prefix);
        await PrepareTargetAsync(heliostat, prefix);

        await SyncAsync(FileOf(source, ours, policy, defaults), a, heliostat);
        var expected = await heliostat.FactsAsync(Ct);
        using var folder = new TemporaryFolder("mm2");
        await using var mm2 = await StartAsync(folder, FileOf(source, theirs, policy, defaults));

        var seen = await Eventually.ValueAsync(
            "the same facts on both targets", Patience, async ct => Differences(await java.FactsAsync(ct), expected),
            seen => seen == differences, Ct);
        Assert.Equal(differences, seen);
        Assert.True(expected.Count > 30, $"{expected.Count} facts are too few to have compared anything");
    }

    private static async Task PrepareAsync(AdminSide a)
    {
        var changed = await a.Admin.IncrementalAlterConfigsAsync(
            [new() { ResourceType = ConfigResourceType.Broker, ResourceName = "", Configs = [new()
            {
                Name = "log.retention.bytes",
                Value = "1234567890"
            }] }], validateOnly: false, Ct);
        Assert.Equal(ErrorCode.None, changed[0].ErrorCode);
        await a.CreateAsync("plain", 3);
        await a.CreateAsync("compacted", 2, "cleanup.policy=compact", "min.cleanable.dirty.ratio=0.2");
        await a.CreateAsync(
            "configured", 1, "retention.ms=86400000", "max.message.bytes=2000000", "compression.type=zstd",
            "message.timestamp.type=LogAppendTime", "min.insync.replicas=1",
            "unclean.leader.election.enable=true", "message.timestamp.after.max.ms=77000", "cleanup.policy=compact,delete");
        await a.CreateAsync("billing.internal", 1);
        await a.CreateAsync("mm2-mine.internal", 1);
        await a.CreateAsync("B.cycle", 1);
        await a.CreateAsync("orders.replica", 1);
        await a.CreateAsync("fleet.heartbeats", 1);
        await a.CreateAsync("grown", 4);
        await a.CreateAsync("wider", 2, "segment.ms=3600000");
        await a.CreateAsync("overridden", 1);
        await a.AllowAsync(
            Acl("alice", "plain"), Acl("alice", "configured", AclOperation.Describe), Acl("bob", "configured", AclOperation.All),
            Acl("carol", "plain", AclOperation.Write),
            Acl("dave", "plain", AclOperation.Write) with { Permission = AclPermission.Deny }, Acl("erin", "compacted", AclOperation.Alter),
            Acl("frank", "not-there-yet"),
            Acl("gina", "orders.replica"), Acl("hal", "*"), Acl("ivan", "con") with { Pattern = PatternType.Prefixed },
            Acl("judy", "plain", AclOperation.Create) with { Host = "10.0.0.1" },
            Acl("kim", "B.cycle"), Acl("lena", "plain", AclOperation.All) with { Permission = AclPermission.Deny },
            Acl("*", "compacted", AclOperation.DescribeConfigs));
    }

    private static async Task PrepareTargetAsync(AdminSide side, string prefix)
    {
        await side.CreateAsync(prefix + "grown", 1);
        await side.CreateAsync(prefix + "wider", 5, "segment.ms=1000000");
        await side.CreateAsync(prefix + "overridden", 1, "retention.ms=99000000", "min.insync.replicas=1");
        await side.CreateAsync("local", 1, "retention.ms=98000000");
        await side.AllowAsync(Acl("local", prefix + "plain"));
    }

    private static TopicAcl Acl(string user, string topic, AclOperation operation = AclOperation.Read) =>
        new(topic, PatternType.Literal, "User:" + user, "*", operation, AclPermission.Allow);

    private static string FileOf(KafkaCluster source, KafkaCluster target, string policy, string defaults) => $"""
        clusters = A, B
        A.bootstrap.servers = {source.BootstrapServers}
        B.bootstrap.servers = {target.BootstrapServers}
        A->B.enabled = true
        B->A.emit.heartbeats.enabled = false
        replication.policy.class = org.apache.kafka.connect.mirror.{policy}ReplicationPolicy
        A->B.use.defaults.from = {defaults}
        replication.factor = 1
        checkpoints.topic.replication.factor = 1
        heartbeats.topic.replication.factor = 1
        offset-syncs.topic.replication.factor = 1
        offset.storage.replication.factor = 1
        status.storage.replication.factor = 1
        config.storage.replication.factor = 1
        refresh.topics.interval.seconds = 2
        sync.topic.configs.interval.seconds = 2
        sync.topic.acls.interval.seconds = 2

        """;

    private static async Task SyncAsync(string file, AdminSide source, AdminSide target)
    {
        var flow = new FlowSyncs(file, source, target);
        await flow.ReadyAsync(_ => flow.Topics.IsComplete, Ct);

        var changed = await flow.ConfigsAsync(Ct);
        var allowed = await flow.AclsAsync(Ct);

        Assert.Empty(changed.Refused);
        Assert.Empty(allowed.Refused);
        Assert.Empty((await flow.PlanConfigsAsync(Ct)).Topics);
        Assert.Empty((await flow.PlanAclsAsync(Ct)).Add);
    }

    private static async Task<ChildProcess> StartAsync(TemporaryFolder folder, string file)
    {
        var path = folder.File("mm2.properties");
        await File.WriteAllTextAsync(path, file, Ct);
        var environment = KafkaDistribution.QuickStart;
        environment["LOG_DIR"] = folder.File("logs");
        return ChildProcess.Start(folder.File("mm2"), [KafkaDistribution.Require().Tool("connect-mirror-maker.sh"), path], environment,
            separateErrors: false);
    }

    /// <summary>What is on one side alone: <c>-</c> what MirrorMaker 2 made and we did not, <c>+</c> the reverse.</summary>
    private static string Differences(SortedSet<string> theirs, SortedSet<string> ours) =>
        string.Join('\n', theirs.Except(ours).Select(fact => "- " + fact).Concat(ours.Except(theirs).Select(fact => "+ " + fact)));
}

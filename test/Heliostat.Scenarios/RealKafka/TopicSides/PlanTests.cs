using System.Text.Json;
using Heliostat.Client.Admin;
using Heliostat.Mirroring.Topics.Acls;
using Heliostat.Protocol.Messages;
using Heliostat.Testing;
using Heliostat.Testing.Processes;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Scenarios.RealKafka.TopicSides;

/// <summary><c>heliostat plan</c> and <c>heliostat run</c> on real clusters.</summary>
public sealed class PlanTests : IDisposable
{
    private static readonly TimeSpan Within = TimeSpan.FromMinutes(2);

    private readonly TemporaryFolder _folder = new("plan");

    private static CancellationToken Ct => CancellationToken.None;

    public void Dispose() => _folder.Dispose();

    [KafkaFact]
    public async Task After_a_run_nothing_is_left_of_the_plan()
    {
        var options = new KafkaClusterOptions
        {
            Properties = new Dictionary<string, string>
            {
                ["authorizer.class.name"] = "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                ["super.users"] = "User:ANONYMOUS"
            },
        };
        await using var source = await KafkaCluster.StartAsync(options, Ct);
        await using var target = await KafkaCluster.StartAsync(options, Ct);
        await using var a = new AdminSide(source, "A");
        await using var b = new AdminSide(target, "B");
        await a.CreateAsync("orders", 3, "cleanup.policy=compact", "max.message.bytes=2000000");
        await a.CreateAsync("grown", 4);
        await a.CreateAsync("fixed", 1, "retention.ms=1000000");
        await b.CreateAsync("A.grown", 1);
        await b.CreateAsync("A.fixed", 1);
        await a.AllowAsync(new TopicAcl("orders", PatternType.Literal, "User:alice", "*", AclOperation.Read, AclPermission.Allow));
        await source.Client.GenerateAsync("grown", new() { Count = 1000, Partitions = 4 }, Ct);
        var file = Write(source, target);

        var before = await PlanAsync(file, 0);
        var facts = await b.FactsAsync(Ct);
        await using var run = HeliostatProcess.Start(["run", file]);
        await run.RunsUntilAsync("all that was planned to be done", Within,
            async ct => Empty(await PlanAsync(file, 0)) && await EndAsync(b, ct) == 1000, Ct);
        await run.StopAsync(Ct);
        var after = await PlanAsync(file, 0);

        Assert.Equal((1, 1, 1, 1, 6), Counts(before));
        Assert.Equal((1000, 0), Copy(before));
        Assert.DoesNotContain(facts, fact => fact.Contains("A.orders", StringComparison.Ordinal));
        Assert.Equal((0, 0, 0, 0, 0), Counts(after));
        Assert.Equal((0, 8), Copy(after)); // The start of each lane is stored, records or not.
    }

    [KafkaFact]
    public async Task Missing_rights_are_named()
    {
        await using var source = await KafkaCluster.StartAsync(
            new()
            {
                Properties = new Dictionary<string, string>
                {
                    ["authorizer.class.name"] = "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                    ["allow.everyone.if.no.acl.found"] = "true"
                }
            }, Ct);
        await using var target = await KafkaCluster.StartAsync(new(), Ct);
        await using var a = new AdminSide(source, "A");
        await a.CreateAsync("open", 1);
        await a.CreateAsync("seen", 1);
        var me = new TopicAcl("seen", PatternType.Literal, "User:ANONYMOUS", "*", AclOperation.Describe, AclPermission.Allow);
        await a.AllowAsync(me, me with { Operation = AclOperation.DescribeConfigs });
        var rule = new AclCreation
        {
            ResourceType = ResourceType.Cluster,
            ResourceName = "kafka-cluster",
            Principal = "User:ANONYMOUS",
            Host = "*",
            Operation = AclOperation.ClusterAction,
            PermissionType = AclPermission.Allow
        };
        Assert.Equal(ErrorCode.None, (await a.Admin.CreateAclsAsync([rule], Ct))[0].ErrorCode);

        var plan = await PlanAsync(Write(source, target), 4);

        var refusals = plan.GetProperty("refusals").EnumerateArray().Select(r => r.GetString()!).ToList();
        Assert.Contains("source A: User:ANONYMOUS lacks READ on all topics, needed to mirror it", refusals);
        Assert.Contains(refusals,
            r => r.StartsWith("source A: cannot read the ACLs of topics: CLUSTER_AUTHORIZATION_FAILED", StringComparison.Ordinal)
                && r.EndsWith("; its principal there needs DESCRIBE on the cluster; no ACLs are copied", StringComparison.Ordinal));
        Assert.Contains("DESCRIBE on the cluster", plan.GetProperty("copy").GetProperty("bytesUnknown").GetString()!,
            StringComparison.Ordinal);
        Assert.Equal(2, plan.GetProperty("create").GetArrayLength());
    }

    private static async Task<JsonElement> PlanAsync(string file, int exitCode)
    {
        var outcome = await HeliostatProcess.RunAsync(["plan", file, "--flow", "A->B", "--json"], Within, Ct);
        Assert.True(outcome.ExitCode == exitCode, $"ended with {outcome.ExitCode}: {outcome.Errors}{outcome.Output}");
        using var json = JsonDocument.Parse(outcome.Output);
        return json.RootElement.GetProperty("flows")[0].Clone();
    }

    private static (int Create, int Grow, int Configs, int Acls, int Internal) Counts(JsonElement plan) => (
        plan.GetProperty("create").GetArrayLength(), plan.GetProperty("grow").GetArrayLength(),
        plan.GetProperty("configs").GetArrayLength(),
        plan.GetProperty("acls").GetProperty("add").GetArrayLength(), plan.GetProperty("internalTopics").GetArrayLength());

    private static (long Records, int Resumed) Copy(JsonElement plan) =>
        (plan.GetProperty("copy").GetProperty("records").GetInt64(), plan.GetProperty("copy").GetProperty("resumed").GetInt32());

    private static bool Empty(JsonElement plan) => Counts(plan) == (0, 0, 0, 0, 0) && Copy(plan).Records == 0;

    private static async Task<long> EndAsync(AdminSide b, CancellationToken ct)
    {
        var partitions = Enumerable.Range(0, 4).ToDictionary(p => new TopicPartition("A.grown", p), _ => OffsetSpec.Latest);
        return (await b.Admin.ListOffsetsAsync(partitions, IsolationLevel.ReadUncommitted, ct)).Values.Sum(o => o.Offset);
    }

    private string Write(KafkaCluster source, KafkaCluster target)
    {
        var file = _folder.File("mm2.properties");
        File.WriteAllText(file, $"""
            clusters = A, B
            A.bootstrap.servers = {source.BootstrapServers}
            B.bootstrap.servers = {target.BootstrapServers}
            A->B.enabled = true
            B->A.emit.heartbeats.enabled = false
            replication.factor = 1
            offset-syncs.topic.replication.factor = 1
            checkpoints.topic.replication.factor = 1
            heartbeats.topic.replication.factor = 1
            offset.storage.replication.factor = 1
            sync.topic.configs.interval.seconds = 1
            sync.topic.acls.interval.seconds = 1

            """);
        return file;
    }
}

using Heliostat.Broker;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Topics;
using Heliostat.Mirroring.Topics.Acls;
using Heliostat.Mirroring.Topics.Configs;
using Heliostat.Protocol.Messages;
using Heliostat.Testing;
using Heliostat.Transport;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Mirroring.Tests.Topics;

public sealed class TopicUpkeepTests
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(60);

    private static CancellationToken Ct => CancellationToken.None;

    [Fact]
    public async Task Configs_and_ACLs_follow_the_source_though_a_round_fails()
    {
        await using var pair = await EmbeddedPair.StartAsync(new EmbeddedTopic("orders")
        {
            Configs = new Dictionary<string, string> { ["retention.ms"] = "1000" }
        });
        pair.B.CreateTopic(new EmbeddedTopic("A.orders"));
        await pair.Source.CreateAclsAsync(
            [new TopicAcl("orders", PatternType.Literal, "User:alice", "*", AclOperation.Read, AclPermission.Allow).ToCreation()], Ct);
        pair.A.Faults.Fail(ApiKey.DescribeAcls, ErrorCode.ClusterAuthorizationFailed);
        var flow = EmbeddedPair.Flow("sync.topic.configs.interval.seconds = 1\nsync.topic.acls.interval.seconds = 1");
        var topics = new TopicSync(flow, new TopicRings([flow]), pair.Source, pair.Target, TimeProvider.System, NullLogger.Instance);
        var scope = new FlowScope(TimeProvider.System, NullLoggerFactory.Instance, NullLogger.Instance, new FramePool(1024 * 1024));
        var upkeep = new TopicUpkeep(flow, topics, new AclLedger(), pair.Source, pair.Target, scope);
        using var stop = new CancellationTokenSource();

        Task[] running = [upkeep.Configs!.RunAsync(stop.Token), upkeep.Acls!.RunAsync(stop.Token)];
        await topics.SyncAsync(Ct);
        await Eventually.ValueAsync("the ACL to be copied", Within, async ct => TopicAcl.From(
            await pair.Target.DescribeAclsAsync(TopicAcl.AnyTopic, ct)).SingleOrDefault()?.Topic, topic => topic == "A.orders", Ct);
        await Eventually.ValueAsync("the config to be copied", Within, async ct => (await new ConfigReader(pair.Target,
            "B").ReadAsync(["A.orders"], ct))["A.orders"]["retention.ms"], value => value == "1000", Ct);
        await stop.CancelAsync();
        Assert.Null(upkeep.AwaitedConfigs);
        foreach (var ended in running)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ended);
        }
    }
}

using Heliostat.Client.Groups;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Client.Tests.Groups;

/// <summary>Coordinators that go away, and old ones.</summary>
[Collection(SharedKafkaCollection.Name)]
public sealed class CoordinatorTests
{
    private static CancellationToken Ct => CancellationToken.None;

    [KafkaTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Members_keep_their_partitions_while_the_coordinator_restarts(bool killed)
    {
        await using var cluster = await KafkaCluster.StartAsync(new(), Ct);
        await cluster.Client.CreateTopicAsync("t", 4, null, Ct);
        var options = new GroupOptions { GroupId = "g", HeartbeatInterval = TimeSpan.FromMilliseconds(300) };
        await using var first = new LiveMember(cluster, options, "t");
        await using var second = new LiveMember(cluster, options, "t");
        await first.OwnsAsync(2);
        await second.OwnsAsync(2);
        var generation = first.Group.Membership.Generation;

        await (killed ? cluster.KillBrokerAsync(1, Ct) : cluster.StopBrokerAsync(1, Ct));
        var commit = first.Group.CommitAsync(first.Listener.Owned.ToDictionary(p => p, _ => new OffsetAndMetadata(0)), Ct);
        await cluster.StartBrokerAsync(1, Ct);

        Assert.Equal(CommitOutcome.Committed, (await commit).Outcome);
        Assert.Equal(2, (await second.Group.FetchOffsetsAsync(first.Listener.Owned, requireStable: true, Ct)).Offsets.Count);
        Assert.Equal(generation, first.Group.Membership.Generation);
        await second.StopAsync();
        await first.OwnsAsync(4);
        Assert.DoesNotContain(first.Listener.Events.Concat(second.Listener.Events), e => e.StartsWith("lost", StringComparison.Ordinal));
    }

    [KafkaFact("0.10.2.2", "3.9.1")]
    public async Task Members_share_a_group_of_Kafka_0_10_2()
    {
        await using var cluster = await KafkaCluster.StartAsync(new() { Version = "0.10.2.2" }, Ct);
        await cluster.Client.CreateTopicAsync("t", 4, null, Ct);
        var options = new GroupOptions
        {
            GroupId = "g",
            HeartbeatInterval = TimeSpan.FromMilliseconds(300),
            SessionTimeout = TimeSpan.FromSeconds(10)
        };
        await using var first = new LiveMember(cluster, options, "t");
        await first.OwnsAsync(4);
        await using var second = new LiveMember(cluster, options, "t");
        await first.OwnsAsync(2);
        await second.OwnsAsync(2);

        var commit = await first.Group.CommitAsync(first.Listener.Owned.ToDictionary(p => p, p => new OffsetAndMetadata(10 + p.Partition)),
            Ct);
        var read = await second.Group.FetchOffsetsAsync([new("t", 0), new("t", 1), new("t", 2), new("t", 3)], requireStable: true, Ct);

        Assert.Equal((CommitOutcome.Committed, 0), (commit.Outcome, commit.Errors.Count));
        Assert.Equal(ErrorCode.None, read.ErrorCode);
        Assert.Equal(first.Listener.Owned.Select(p => (p, 10L + p.Partition)),
            read.Offsets.OrderBy(o => o.Key.Partition).Select(o => (o.Key, o.Value.Offset)));
        await first.StopAsync();
        await second.OwnsAsync(4);
    }

    [KafkaFact("0.10.2.2", "3.9.1")]
    public async Task A_static_member_is_refused_by_a_broker_that_knows_none()
    {
        await using var cluster = await KafkaCluster.StartAsync(new() { Version = "0.10.2.2" }, Ct);
        await cluster.Client.CreateTopicAsync("t", 1, null, Ct);

        await using var member = new LiveMember(cluster, new GroupOptions { GroupId = "g", GroupInstanceId = "i" }, "t");

        var refusal = await Assert.ThrowsAsync<KafkaErrorException>(() => member.Running.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(ErrorCode.UnsupportedVersion, refusal.Code);
        Assert.Contains("JoinGroup", refusal.Message, StringComparison.Ordinal);
    }
}

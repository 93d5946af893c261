using Heliostat.Testing;

namespace Heliostat.Broker.Tests.Topics;

/// <summary>Where followers take time: what is visible, what is acknowledged, and what goes with a leader.</summary>
public sealed class ReplicationTests : IAsyncLifetime
{
    private static readonly TimeSpan LagMax = TimeSpan.FromSeconds(2);

    private readonly ManualTimeProvider _time = new();
    private EmbeddedCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await EmbeddedCluster.StartAsync(
        new EmbeddedClusterOptions
        {
            BrokerCount = 3,
            Topics = [new EmbeddedTopic("t", 1, 3) { Configs = new Dictionary<string, string> { ["min.insync.replicas"] = "2" } }],
            Time = _time,
            ReplicationDelay = TimeSpan.FromMilliseconds(100),
            BrokerConfigs = new Dictionary<string, string> { ["replica.lag.time.max.ms"] = "2000" },
        },
        CancellationToken.None);

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public void What_is_appended_is_visible_when_all_in_sync_have_it()
    {
        Append(3);
        var before = _cluster.HighWatermark("t", 0);
        Replicate();

        Assert.Equal((0, 3, 3), (before, _cluster.HighWatermark("t", 0), _cluster.LogEndOffset("t", 0)));
    }

    [Fact]
    public async Task All_acks_wait_for_those_in_sync_and_the_leader_alone_does_not()
    {
        await using var client = await ClientAsync();
        var one = await client.CallAsync(Batches.Produce("t", 0, Batches.Of("a"), acks: 1), 9, CancellationToken.None);
        var all = client.CallAsync(Batches.Produce("t", 0, Batches.Of("b")), 9, CancellationToken.None);
        await Eventually.TrueAsync("the batch to be appended", TimeSpan.FromSeconds(30), () => _cluster.LogEndOffset("t", 0) == 2,
            CancellationToken.None);
        var early = all.IsCompleted;

        // What is appended is seen before its followers are told of it: time goes on until they were.
        await Eventually.TrueAsync("the followers to have it", TimeSpan.FromSeconds(30),
            () => Passes(TimeSpan.FromMilliseconds(100), all.IsCompleted), CancellationToken.None);

        Assert.Equal(ErrorCode.None, (await all).Responses[0].PartitionResponses[0].ErrorCode);
        Assert.Equal(ErrorCode.None, one.Responses[0].PartitionResponses[0].ErrorCode);
        Assert.False(early);
    }

    [Fact]
    public async Task What_waits_too_long_is_answered_so_and_stays_appended()
    {
        StallFollowers();
        await using var client = await ClientAsync();
        var call = client.CallAsync(Batches.Produce("t", 0, Batches.Of("a")), 9, CancellationToken.None);
        await Eventually.TrueAsync("the batch to be appended", TimeSpan.FromSeconds(30), () => _cluster.LogEndOffset("t", 0) == 1,
            CancellationToken.None);
        await Eventually.TrueAsync("the time to be up", TimeSpan.FromSeconds(30),
            () => Passes(TimeSpan.FromMilliseconds(200), call.IsCompleted), CancellationToken.None);

        // The followers dropped out of sync meanwhile, and the leader alone is too few.
        Assert.Equal(ErrorCode.NotEnoughReplicasAfterAppend, (await call).Responses[0].PartitionResponses[0].ErrorCode);
        Assert.Equal(ErrorCode.NotEnoughReplicas, (await client.CallAsync(Batches.Produce("t", 0, Batches.Of("b")), 9,
            CancellationToken.None)).Responses[0].PartitionResponses[0].ErrorCode);
        Assert.Equal(1, _cluster.LogEndOffset("t", 0));
    }

    [Fact]
    public async Task A_leader_that_stops_takes_with_it_what_nobody_else_had()
    {
        Append(3);
        Replicate();
        Append(2);
        var leader = _cluster.Leader("t", 0);
        await _cluster.StopBrokerAsync(leader, CancellationToken.None);

        Assert.Equal((3, 3), (_cluster.HighWatermark("t", 0), _cluster.LogEndOffset("t", 0)));
        Assert.NotEqual(leader, _cluster.Leader("t", 0));
        Assert.Equal(2, _cluster.InSync("t", 0).Count);

        await _cluster.StartBrokerAsync(leader, CancellationToken.None);
        Append(1);
        Replicate();
        Assert.Equal((4, 3), (_cluster.HighWatermark("t", 0), _cluster.InSync("t", 0).Count));
    }

    [Fact]
    public async Task A_follower_out_of_sync_that_is_elected_loses_what_was_acknowledged()
    {
        Append(3);
        Replicate();
        var stalled = _cluster.InSync("t", 0).First(id => id != _cluster.Leader("t", 0));
        _cluster.StallFollowing(stalled, true);
        Append(4);
        await Eventually.TrueAsync("the others to go on alone", TimeSpan.FromSeconds(30),
            () => Passes(LagMax, _cluster.HighWatermark("t", 0) == 7), CancellationToken.None);
        var inSync = _cluster.InSync("t", 0);
        _cluster.ElectUncleanly("t", 0, stalled);

        Assert.Equal(3, _cluster.LogEndOffset("t", 0));
        Assert.DoesNotContain(stalled, inSync);
        Assert.Equal([stalled], _cluster.InSync("t", 0));
    }

    [Fact]
    public async Task A_broker_without_its_disk_leads_nothing_and_says_so()
    {
        Append(3);
        Replicate();
        var leader = _cluster.Leader("t", 0);
        await using var client = await ClientAsync();
        _cluster.LoseStorage(leader, true);

        Assert.NotEqual(leader, _cluster.Leader("t", 0));
        Assert.Equal(ErrorCode.KafkaStorageError, (await client.CallAsync(Batches.Produce("t", 0, Batches.Of("a")), 9,
            CancellationToken.None)).Responses[0].PartitionResponses[0].ErrorCode);

        _cluster.LoseStorage(leader, false);
        Replicate();
        Assert.Equal(3, _cluster.InSync("t", 0).Count);
    }

    private void StallFollowers()
    {
        foreach (var id in _cluster.InSync("t", 0).Where(id => id != _cluster.Leader("t", 0))) _cluster.StallFollowing(id, true);
    }

    private void Append(int count) => _cluster.Append("t", 0, Batches.Of([.. Enumerable.Range(0, count).Select(n => $"{n}")]));

    private void Replicate() => Passes(TimeSpan.FromMilliseconds(500));

    private bool Passes(TimeSpan time, bool result = true)
    {
        _time.Advance(time);
        return result;
    }

    private Task<RawClient> ClientAsync() =>
        RawClient.ConnectAsync(_cluster.BootstrapServers.Split(',')[_cluster.Leader("t", 0)], CancellationToken.None);
}

using Heliostat.Mirroring.Duties;
using Heliostat.Mirroring.Flows;
using Heliostat.Testing;

namespace Heliostat.Mirroring.Tests.Flows;

/// <summary>What an operator asks of a running flow.</summary>
public sealed class FlowControlTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Ct => CancellationToken.None;

    [Fact]
    public async Task A_paused_flow_takes_nothing_in_until_it_is_resumed()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("orders", 2, null, Ct);
        await bench.Client("A").GenerateAsync("orders", new() { Count = 20, Partitions = 2 }, Ct);
        await using var running = new Running(bench);
        await running.ArrivedAsync(20);

        await running.Flow.PauseAsync(Ct);
        await bench.Client("A").CreateTopicAsync("later", 1, null, Ct);
        await bench.Client("A").GenerateAsync("orders", new() { First = 20, Count = 20, Partitions = 2 }, Ct);
        await bench.Client("A").GenerateAsync("later", new() { Count = 5, Partitions = 1 }, Ct);
        await Eventually.TrueAsync("the new topic to have a lane", Patience,
            () => running.Flow.Snapshot().Lanes is { Lanes: 3, RunningLanes: 0 }, Ct);

        Assert.True(running.Flow.Snapshot().IsPaused);
        Assert.Equal((20, 0), (await bench.EndAsync("B", "A.orders"), await bench.EndAsync("B", "A.later")));
        running.Flow.Resume();
        await running.ArrivedAsync(40);
        await Eventually.ValueAsync("the new topic", Patience, async _ => await bench.EndAsync("B", "A.later"), end => end == 5, Ct);
        Assert.False(running.Flow.Snapshot().IsPaused);
    }

    [Fact]
    public async Task A_paused_lane_keeps_back_no_other()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("orders", 2, null, Ct);
        await bench.Client("A").GenerateAsync("orders", new() { Count = 20, Partitions = 2 }, Ct);
        await using var running = new Running(bench);
        await running.ArrivedAsync(20);
        var before = (await bench.Client("B").EndOffsetsAsync("A.orders", Ct)).ToArray();

        await running.Flow.PauseLaneAsync(new TopicPartition("orders", 0), Ct);
        await bench.Client("A").GenerateAsync("orders", new() { First = 20, Count = 20, Partitions = 2 }, Ct);
        var source = (await bench.Client("A").EndOffsetsAsync("orders", Ct)).ToArray();
        await Eventually.ValueAsync("the other lane", Patience,
            async _ => (await bench.Client("B").EndOffsetsAsync("A.orders", Ct)).ToArray()[1], end => end == source[1], Ct);

        Assert.Equal(before[0], (await bench.Client("B").EndOffsetsAsync("A.orders", Ct)).ToArray()[0]);
        running.Flow.ResumeLane(new TopicPartition("orders", 0));
        await running.ArrivedAsync(40);
    }

    [Fact]
    public async Task A_paused_topic_keeps_back_no_other_and_its_lanes_to_come_wait_too()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("orders", 1, null, Ct);
        await bench.Client("A").GenerateAsync("orders", new() { Count = 10, Partitions = 1 }, Ct);
        await using var running = new Running(bench);
        await running.ArrivedAsync(10);

        await running.Flow.PauseTopicAsync("later", Ct);
        await bench.Client("A").CreateTopicAsync("later", 1, null, Ct);
        await bench.Client("A").GenerateAsync("later", new() { Count = 5, Partitions = 1 }, Ct);
        await bench.Client("A").GenerateAsync("orders", new() { First = 10, Count = 10, Partitions = 1 }, Ct);
        await running.ArrivedAsync(20);
        await Eventually.TrueAsync("the new topic to have a lane", Patience,
            () => running.Flow.Snapshot().Lanes is { Lanes: 2, RunningLanes: 1 }, Ct);

        Assert.Equal(0, await bench.EndAsync("B", "A.later"));
        running.Flow.ResumeTopic("later");
        await Eventually.ValueAsync("the new topic", Patience, async _ => await bench.EndAsync("B", "A.later"), end => end == 5, Ct);
    }

    [Fact]
    public async Task A_duty_is_done_when_it_is_asked_for()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("orders", 1, null, Ct);
        await bench.Client("A").GenerateAsync("orders", new() { Count = 10, Partitions = 1 }, Ct);
        await using var running = new Running(bench, "emit.checkpoints.enabled = false");
        await running.ArrivedAsync(10);

        Assert.True(await running.Flow.RunNowAsync(Duty.Positions, Ct));
        Assert.False(await running.Flow.RunNowAsync(Duty.Checkpoints, Ct));
    }

    [Fact]
    public async Task Topics_and_their_configs_and_rules_are_looked_at_when_that_is_asked_for()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("orders", 1, null, Ct);
        await bench.Client("A").GenerateAsync("orders", new() { Count = 10, Partitions = 1 }, Ct);
        await using var running = new Running(bench,
            "refresh.topics.enabled = false\nsync.topic.configs.interval.seconds = 3600\nsync.topic.acls.interval.seconds = 3600");
        await running.ArrivedAsync(10);
        await bench.Client("A").CreateTopicAsync("later", 2, null, Ct);

        Assert.True(await running.Flow.RunNowAsync(Duty.Topics, Ct));
        Assert.True(await running.Flow.RunNowAsync(Duty.TopicConfigs, Ct));
        Assert.True(await running.Flow.RunNowAsync(Duty.TopicAcls, Ct));

        await Eventually.TrueAsync("the new topic to have lanes", Patience,
            () => running.Flow.Snapshot().Lanes is { Lanes: 3, RunningLanes: 3 }, Ct);
    }

    /// <summary>A duty that is switched off must not be taken for one that ended.</summary>
    [Fact]
    public async Task A_flow_with_neither_configs_nor_rules_to_look_after_runs()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("orders", 1, null, Ct);
        await bench.Client("A").GenerateAsync("orders", new() { Count = 10, Partitions = 1 }, Ct);
        await using var running = new Running(bench, "sync.topic.configs.enabled = false\nsync.topic.acls.enabled = false");
        await running.ArrivedAsync(10);

        Assert.False(await running.Flow.RunNowAsync(Duty.TopicConfigs, Ct));
        Assert.Equal(FlowStatus.Running, running.Flow.Snapshot().Status);
    }

    /// <summary>Flows, lanes, groups and clusters are one picture, and stay what they were when it was taken.</summary>
    [Fact]
    public async Task A_snapshot_has_the_clusters_and_the_groups_of_a_flow()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("orders", 1, null, Ct);
        await bench.Client("A").GenerateAsync("orders", new() { Count = 10, Partitions = 1 }, Ct);
        await bench.Client("A").SetGroupOffsetAsync("billing", "orders", 0, 4, Ct);
        await using var running = new Running(bench);
        await running.ArrivedAsync(10);
        await Eventually.TrueAsync("the group", Patience, () => running.Flow.Snapshot(withGroups: true).Groups.Count == 1, Ct);

        var now = running.Flow.Snapshot(withLanes: true, withGroups: true);

        Assert.Equal(("A", "B", 1, 1), (now.Source?.Alias, now.Target?.Alias, now.Source?.Brokers.Count, now.Target?.Brokers.Count));
        Assert.NotEqual(now.Source?.Id, now.Target?.Id);
        var group = Assert.Single(now.Groups);
        Assert.Equal(("billing", new FollowedPosition("A.orders", 0, 4, 4)), (group.Group, Assert.Single(group.Positions)));
        Assert.Single(now.ByLane, lane => lane.Topic == "orders");
        Assert.Empty(now.Troubles);
    }

    private sealed class Running : IAsyncDisposable
    {
        private readonly FlowBench _bench;
        private readonly CancellationTokenSource _stop = new();
        private readonly Task<MirrorOutcome> _running;

        public Running(FlowBench bench, string settings = "")
        {
            _bench = bench;
            var engine = bench.Engine($"A->B.enabled = true\n{settings}");
            Flow = engine.Flows.Single(flow => flow.Name == "A->B");
            _running = engine.RunAsync(_stop.Token, CancellationToken.None);
        }

        public Flow Flow { get; }

        public Task ArrivedAsync(long records) =>
            Eventually.ValueAsync($"{records} records", Patience, async _ => await _bench.EndAsync("B", "A.orders"), end => end == records,
                CancellationToken.None);

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            Assert.Equal(MirrorEnd.Stopped, (await _running).End);
            _stop.Dispose();
        }
    }
}

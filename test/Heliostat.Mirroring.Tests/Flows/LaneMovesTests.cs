using Heliostat.Client.Admin;
using Heliostat.Mirroring.Flows;
using Heliostat.Mirroring.Losses;
using Heliostat.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Mirroring.Tests.Flows;

/// <summary>An operator lets lanes go on elsewhere.</summary>
public sealed class LaneMovesTests
{
    private const string Plain = "A->B.enabled = true";
    private const string ExactlyOnce = Plain + "\nB.exactly.once.source.support = enabled";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TopicPartition Lane = new("orders", 0);

    private static CancellationToken Ct => CancellationToken.None;

    /// <summary>
    /// What stands on the target behind the new position is what it is to mirror once more, and must not be taken for it after a restart.
    /// </summary>
    [Theory]
    [InlineData(Plain)]
    [InlineData(ExactlyOnce)]
    public async Task A_lane_that_was_moved_back_mirrors_once_more_also_after_a_restart(string settings)
    {
        await using var bench = await MirroredAsync(settings);
        await using (var running = new Engine(bench, settings))
        {
            await running.OpenAtAsync(40);
            Assert.Equal("orders-0 is not paused: pause it, or its topic or flow, before", (await running.MoveAsync(30)).Refusal);
            await running.Flow.PauseTopicAsync("orders", Ct);
            Assert.Equal((40, 30, 10, 0, false), Of(await running.MoveAsync(30, dryRun: true)));
            await running.OpenAtAsync(40);

            Assert.Equal((40, 30, 10, 0, true), Of(await running.MoveAsync(30)));
            await running.OpenAtAsync(30);
        }

        await using (var running = new Engine(bench, settings))
        {
            await running.OpenAtAsync(30);
            Assert.Equal(40, await CountAsync(bench));
            running.Flow.Resume();
            running.Flow.ResumeTopic("orders");
            await Eventually.ValueAsync("ten records once more", Patience, async _ => await CountAsync(bench), count => count == 50, Ct);
            await running.OpenAtAsync(40);
        }

        await bench.RunUntilAsync(settings, "nothing more",
            async now => now.Total is { RunningLanes: 1, LagRecords: 0 } && await CountAsync(bench) == 50);
    }

    [Fact]
    public async Task Whoever_has_a_lane_lets_it_pass_over_what_is_asked_for_in_the_state_topic()
    {
        await using var bench = await MirroredAsync(Plain);
        await using var running = new Engine(bench, Plain);
        await running.OpenAtAsync(40);
        var flow = bench.File(Plain).Flows.Single(flow => flow.Enabled);
        await using var skips = new FlowSkips(flow, TimeProvider.System, NullLoggerFactory.Instance);
        Assert.Equal("orders-0 is not paused: pause it, or its topic or flow, before", (await SkipAsync(45, null)).Refusal);
        await running.Flow.PauseLaneAsync(Lane, Ct);
        await bench.Client("A").GenerateAsync("orders", new() { First = 40, Count = 20, Partitions = 1 }, Ct);
        bench.Cluster("A").Cluster.RaiseLogStart("orders", 0, 20);

        Assert.Equal((40, 45, 0, 5, false), Of(await SkipAsync(45, null, dryRun: true)));
        Assert.Equal((40, 41, 0, 1, true), Of(await SkipAsync(null, 1)));
        Assert.Equal((41, 45, 0, 4, true), Of(await SkipAsync(45, null)));
        Assert.Equal("it is at offset 45 already", (await SkipAsync(44, null)).Refusal);
        Assert.Contains("is not in the log", (await SkipAsync(4711, null)).Refusal, StringComparison.Ordinal);
        var nothing = await skips.SkipAsync(new TopicPartition("nothing", 0), 1, null, dryRun: false, Patience, Ct);
        Assert.Contains("does not mirror nothing-0", nothing.Refusal, StringComparison.Ordinal);
        running.Flow.ResumeLane(Lane);

        await Eventually.ValueAsync("what is behind it", Patience, async _ => await CountAsync(bench), count => count == 55, Ct);

        Task<LaneMove> SkipAsync(long? to, long? count, bool dryRun = false) => skips.SkipAsync(Lane, to, count, dryRun, Patience, Ct);
    }

    [Fact]
    public async Task A_lane_that_was_moved_forward_passes_over_what_is_between()
    {
        await using var bench = await MirroredAsync(Plain);
        await using var running = new Engine(bench, Plain);
        await running.OpenAtAsync(40);
        await running.Flow.PauseLaneAsync(Lane, Ct);
        await bench.Client("A").GenerateAsync("orders", new() { First = 40, Count = 20, Partitions = 1 }, Ct);

        Assert.Equal((40, 60, 0, 20, true), Of(await running.MoveAsync(OffsetSpec.Latest)));
        Assert.Equal((60, 0, 60, 0, true), Of(await running.MoveAsync(OffsetSpec.Earliest)));
        Assert.Equal((0, 55, 0, 55, true), Of(await running.MoveAsync(55)));
        Assert.Equal("source: offset 61 is not in the log of orders-0, which begins at 0 and ends at 60",
            (await running.MoveAsync(61)).Refusal);
        running.Flow.ResumeLane(Lane);

        await Eventually.ValueAsync("what is behind it", Patience, async _ => await CountAsync(bench), count => count == 45, Ct);
        await running.OpenAtAsync(60);
    }

    [Fact]
    public async Task All_lanes_of_a_move_are_moved_or_none()
    {
        await using var bench = await MirroredAsync(Plain);
        await using var running = new Engine(bench, Plain);
        await running.OpenAtAsync(40);
        await running.Flow.PauseAsync(Ct);

        var moves = await running.Flow.MoveAsync(new Dictionary<TopicPartition, long> { [Lane] = 5, [new("never", 7)] = 1 }, dryRun: false,
            Ct);

        Assert.Equal([null, "this process does not mirror never-7: ask the one that does, if there is one"],
            moves.Select(move => move.Refusal));
        Assert.DoesNotContain(moves, move => move.IsStored);
        await running.OpenAtAsync(40);
    }

    [Fact]
    public async Task A_flow_that_does_not_run_moves_nothing()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        var flow = bench.Engine(Plain).Flows.Single(one => one.Name == "A->B");

        var move = Assert.Single(await flow.MoveAsync(new Dictionary<TopicPartition, long> { [Lane] = 5 }, dryRun: false, Ct));

        Assert.Equal("the flow does not run now: a position is moved while it runs and the lane is paused", move.Refusal);
    }

    [Fact]
    public void What_is_decided_of_a_lane_is_read_as_written()
    {
        var moved = LaneDecision.Moved(40, 30, DateTimeOffset.FromUnixTimeSeconds(1_700_000_000));

        Assert.True(LaneDecision.TryRead(moved.Write(), out var read));
        Assert.Equal(moved, read);
        Assert.Equal("moved", read.KindName);
        Assert.Equal(
            """{"state":"resume","kind":"moved","at":"2023-11-14T22:13:20Z","position":40,"resumeAt":30,"cause":"an operator moved it"}""",
            System.Text.Encoding.UTF8.GetString(moved.Write()));
    }

    private static (long? From, long? To, long Repeated, long Skipped, bool IsStored) Of(LaneMove move)
    {
        Assert.Null(move.Refusal);
        return (move.From, move.To, move.Repeated, move.Skipped, move.IsStored);
    }

    private static async Task<FlowBench> MirroredAsync(string settings)
    {
        var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("orders", 1, null, Ct);
        await bench.Client("A").GenerateAsync("orders", new() { Count = 40, Partitions = 1 }, Ct);
        await bench.RunUntilAsync(settings, "40 records",
            async _ => await bench.EndAsync("B", "A.orders") > 0 && await CountAsync(bench) == 40);
        return bench;
    }

    private static async Task<long> CountAsync(FlowBench bench) =>
        (await bench.ContentAsync("B", "A.orders")).Sum(partition => partition.Count);

    private sealed class Engine : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Task<MirrorOutcome> _running;

        public Engine(FlowBench bench, string settings)
        {
            var engine = bench.Engine(settings);
            Flow = engine.Flows.Single(flow => flow.Name == "A->B");
            _running = engine.RunAsync(_stop.Token, Ct);
        }

        public Flow Flow { get; }

        public async Task<LaneMove> MoveAsync(long to, bool dryRun = false) =>
            Assert.Single(await Flow.MoveAsync(new Dictionary<TopicPartition, long> { [Lane] = to }, dryRun, Ct));

        public Task OpenAtAsync(long offset) => Eventually.TrueAsync(
            $"the lane to stand at {offset}", Patience,
            () => Flow.Lanes() is [{ State: LaneState.Live, Position: { } position }] && position == offset, Ct);

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            Assert.Equal(MirrorEnd.Stopped, (await _running).End);
            _stop.Dispose();
        }
    }
}

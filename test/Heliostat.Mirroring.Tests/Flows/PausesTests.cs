using Heliostat.Mirroring.Duties;
using Heliostat.Mirroring.Flows;
using Heliostat.Mirroring.Lanes;
using Heliostat.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Mirroring.Tests.Flows;

/// <summary>What an operator pauses stands still at every worker, and over restarts.</summary>
public sealed class PausesTests
{
    private const string Settings = "A->B.enabled = true";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Ct => CancellationToken.None;

    [Fact]
    public async Task What_is_paused_at_one_worker_stands_still_at_all_and_over_a_restart()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("orders", 4, null, Ct);
        await using var pauses = new FlowPauses(bench.File(Settings).Flows.Single(flow => flow.Enabled), TimeProvider.System,
            NullLoggerFactory.Instance);
        var (first, second) = (bench.Engine(Settings), bench.Engine(Settings));
        using (var stop = new CancellationTokenSource())
        {
            Task<MirrorOutcome>[] running = [first.RunAsync(stop.Token, Ct), second.RunAsync(stop.Token, Ct)];
            await Eventually.TrueAsync("both to mirror", Patience, () => first.Total() is > 0 and < 4 && second.Total() is > 0 and < 4, Ct);

            await first.Of().PauseAsync(Ct);
            await first.Of().PauseTopicAsync("orders", Ct);
            await Eventually.TrueAsync("the other to hear of it", Patience, () => second.Of().Snapshot().IsPaused && second.Total() == 0,
                Ct);
            second.Of().Resume();
            await Eventually.TrueAsync("the first to hear of that", Patience, () => !first.Of().Snapshot().IsPaused, Ct);
            Assert.Equal((0, 0), (first.Total(), second.Total()));
            await stop.CancelAsync();
            foreach (var ended in running) Assert.Equal(MirrorEnd.Stopped, (await ended).End);
        }

        await bench.Client("A").GenerateAsync("orders", new() { Count = 40, Partitions = 4 }, Ct);
        Assert.Equal([new PausedPlace("orders", null)], await pauses.ReadAsync(Ct));
        var said = false;
        await bench.RunUntilAsync(Settings, "it to go on when that is said", async now =>
        {
            if (!said && now.Total is { Lanes: >= 4, RunningLanes: 0 })
            {
                said = true;
                Assert.Equal(0, await bench.EndAsync("B", "A.orders"));
                await pauses.SayAsync([new PausedPlace("orders", null)], still: false, Ct);
            }

            return said && await bench.EndAsync("B", "A.orders") == 40;
        });
        Assert.Empty(await pauses.ReadAsync(Ct));
    }

    [Fact]
    public async Task What_is_paused_at_one_that_stands_by_stands_still_at_the_one_that_runs()
    {
        const string settings = Settings + "\nB.exactly.once.source.support = enabled\ntasks.max = 1";
        await using var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("orders", 2, null, Ct);
        var (first, second) = (bench.Engine(settings), bench.Engine(settings));
        using var stop = new CancellationTokenSource();
        var running = first.RunAsync(stop.Token, Ct);
        await Eventually.TrueAsync("the first to mirror", Patience, () => first.Total() == 2, Ct);
        var standing = second.RunAsync(stop.Token, Ct);
        await Eventually.TrueAsync("the second to stand by", Patience, () => second.Of().Snapshot().Worker is { Workers: 2 }, Ct);

        await second.Of().PauseAsync(Ct);
        await Eventually.TrueAsync("the first to hear of it", Patience, () => first.Of().Snapshot().IsPaused && first.Total() == 0, Ct);

        await stop.CancelAsync();
        Assert.Equal(MirrorEnd.Stopped, (await running).End);
        Assert.Equal(MirrorEnd.Stopped, (await standing).End);
    }

    [Fact]
    public void Keys_are_read_as_written_and_others_are_not()
    {
        foreach (var key in (SuspensionKey[])[new(null, null), new("orders", null), new("orders", 3)])
        {
            Assert.Equal(key, SuspensionKey.Read(key.Write()));
        }

        Assert.Equal("[\"pause\",\"orders\",3]"u8.ToArray(), new SuspensionKey("orders", 3).Write());
        Assert.Null(SuspensionKey.Read("[\"lane\",\"orders\",3]"u8));
        Assert.Null(SuspensionKey.Read("[\"pause\",3]"u8));
        Assert.Null(SuspensionKey.Read("pause"u8));
    }

    [Fact]
    public void A_pause_for_a_time_ends_in_the_process_that_comes_after()
    {
        var (first, next, until) = (new Suspensions { All = true }, new Suspensions(), DateTimeOffset.FromUnixTimeMilliseconds(1_000));
        first.EndAt(new SuspensionKey(null, null), until);
        var (key, isStill, end) = Assert.Single(first.Unsaved);
        Assert.True(isStill);
        next.Take(key.Write(), isTombstone: false, SuspensionKey.ValueUntil(end));
        Assert.True(next.All);

        next.Expire(until);

        Assert.False(next.All);
        Assert.False(Assert.Single(next.Unsaved).IsStill);
    }

    [Fact]
    public void Who_lets_a_flow_go_on_lets_go_on_what_goes_with_its_records()
    {
        var suspensions = new Suspensions { All = true };
        suspensions.Set(Duty.Topics, isIdle: true);
        suspensions.Set(Duty.Checkpoints, isIdle: true);

        suspensions.All = false;

        Assert.False(suspensions.Has(Duty.Topics));
        Assert.True(suspensions.Has(Duty.Checkpoints));
    }

    [Fact]
    public void What_was_said_here_counts_until_it_is_kept()
    {
        var suspensions = new Suspensions();
        var lane = new TopicPartition("orders", 3);
        var changes = 0;
        suspensions.Changed = () => changes++;
        suspensions.Add(lane);
        suspensions.Remove(lane);
        var said = suspensions.Unsaved;
        suspensions.Take(SuspensionKey.Of(lane).Write(), isTombstone: false);
        Assert.False(suspensions.Has(lane));

        suspensions.Saved(said);
        Assert.Empty(suspensions.Unsaved);
        suspensions.Take(new SuspensionKey("orders", null).Write(), isTombstone: false);
        Assert.True(suspensions.Has(lane));
        suspensions.RemoveTopic("orders");
        Assert.False(suspensions.Has(lane));
        Assert.Equal(1, changes);
    }
}

file static class Engines
{
    public static Flow Of(this MirrorEngine engine) => engine.Flows.Single(flow => flow.Name == "A->B");

    public static int Total(this MirrorEngine engine) => engine.Of().Snapshot().Lanes.RunningLanes;
}

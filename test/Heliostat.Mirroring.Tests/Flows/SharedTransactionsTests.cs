using Heliostat.Testing;

namespace Heliostat.Mirroring.Tests.Flows;

/// <summary>Several processes share a flow under exactly-once.</summary>
public sealed class SharedTransactionsTests
{
    private const string ExactlyOnce = "B.exactly.once.source.support = enabled";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Ct => CancellationToken.None;

    [Fact]
    public async Task Those_that_come_and_go_and_are_killed_share_the_lanes_and_nothing_is_there_twice()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("orders", 12, null, Ct);
        using var load = new CancellationTokenSource();
        var loading = bench.LoadAsync(load.Token);
        var first = new RunningWorker(bench, ExactlyOnce);
        await first.HasAsync(8, workers: 1);
        await using var second = new RunningWorker(bench, ExactlyOnce);
        await second.HasAsync(4, workers: 2);
        await first.HasAsync(4, workers: 2);
        await second.LanesAsync(lanes => lanes is > 0 and < 12);
        await using (var third = new RunningWorker(bench, ExactlyOnce))
        {
            await third.LanesAsync(lanes => lanes > 0);
            await first.KillAsync();
            await third.HasAsync(4, workers: 2);
            await second.HasAsync(4, workers: 2);
            await second.LanesAsync(lanes => lanes + third.Flow.Snapshot().Lanes.RunningLanes == 12);
        }

        await second.HasAsync(8, workers: 1);
        await second.LanesAsync(12);
        await load.CancelAsync();
        var count = await loading;
        await Eventually.ValueAsync("all of it", Patience, _ => bench.RecordsAsync("B", "A.orders"), there => there >= count, Ct);
        Assert.Equal(await bench.ContentAsync("A", "orders"), await bench.ContentAsync("B", "A.orders"));
    }
}

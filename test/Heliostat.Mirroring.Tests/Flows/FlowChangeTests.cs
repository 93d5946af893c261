using Heliostat.Mirroring.Flows;
using Heliostat.Testing;

namespace Heliostat.Mirroring.Tests.Flows;

public sealed class FlowChangeTests
{
    private static readonly CancellationToken Ct = CancellationToken.None;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_flow_goes_on_as_its_file_says_now_and_repeats_nothing()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        foreach (var topic in (string[])["orders", "pay"])
        {
            await bench.Client("A").CreateTopicAsync(topic, 3, null, Ct);
            await bench.Client("A").GenerateAsync(topic, new() { Count = 1000, Partitions = 3 }, Ct);
        }

        var engine = bench.Engine("A->B.enabled = true\nA->B.topics = orders");
        using var stop = new CancellationTokenSource();
        var running = engine.RunAsync(stop.Token, Ct);
        await ArrivedAsync("A.orders", 1000);

        Assert.True(engine.Change(bench.File("A->B.enabled = true\nA->B.topics = orders,pay").Flows[0], isThrottleOnly: false));
        await bench.Client("A").GenerateAsync("orders", new() { First = 1000, Count = 500, Partitions = 3 }, Ct);
        await ArrivedAsync("A.pay", 1000);
        await ArrivedAsync("A.orders", 1500);

        await stop.CancelAsync();
        Assert.Equal(MirrorEnd.Stopped, (await running).End);
        Assert.Equal(await bench.ContentAsync("A", "orders"), await bench.ContentAsync("B", "A.orders"));

        async Task ArrivedAsync(string topic, long count) =>
            await Eventually.ValueAsync($"{count} of {topic}", Patience,
                async _ => running.IsCompleted ? -1 : await bench.EndAsync("B", topic), seen => seen == count, Ct);
    }

    [Fact]
    public async Task A_flow_that_waits_takes_what_its_file_says_now()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("orders", 1, null, Ct);
        await bench.Client("A").GenerateAsync("orders", new() { Count = 10, Partitions = 1 }, Ct);
        var engine = bench.Engine("A->B.enabled = true\nA.bootstrap.servers = 127.0.0.1:1");
        using var stop = new CancellationTokenSource();
        var running = engine.RunAsync(stop.Token, Ct);
        await Eventually.ValueAsync("it waits", Patience, _ => Task.FromResult(engine.Snapshot().Flows[0].Status),
            seen => seen == FlowStatus.Waiting, Ct);

        Assert.True(engine.Change(bench.File("A->B.enabled = true").Flows[0], isThrottleOnly: false));

        await Eventually.ValueAsync("the records", Patience, async _ => await bench.EndAsync("B", "A.orders"), seen => seen == 10, Ct);
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task What_an_operator_throttled_stays_so_when_the_file_changes_elsewhere()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        var engine = bench.Engine("A->B.enabled = true\nA->B.topics = orders");
        engine.Flows[0].Throttle(null, 1000);

        engine.Change(bench.File("A->B.enabled = true\nA->B.topics = orders,pay").Flows[0], isThrottleOnly: false);

        Assert.Equal(1000, Assert.Single(engine.Flows[0].Snapshot().Throttles).BytesPerSecond);
    }

    [Fact]
    public async Task Addresses_that_were_mixed_up_are_put_right_while_it_runs()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        var right = bench.File("A->B.enabled = true");
        var (a, b) = (bench.Cluster("A").BootstrapServers, bench.Cluster("B").BootstrapServers);
        var engine = bench.Engine($"A->B.enabled = true\nA.bootstrap.servers = {b}\nB.bootstrap.servers = {a}");
        using var stop = new CancellationTokenSource();
        var running = engine.RunAsync(stop.Token, Ct);
        await Eventually.ValueAsync("it runs", Patience, _ => Task.FromResult(engine.Snapshot().Flows[0].Status),
            seen => seen == FlowStatus.Running, Ct);
        await bench.Client("A").CreateTopicAsync("orders", 1, null, Ct);
        await bench.Client("A").GenerateAsync("orders", new() { Count = 10, Partitions = 1 }, Ct);

        Assert.True(engine.Change(right.Flows[0], isThrottleOnly: false));

        await Eventually.ValueAsync("the records", Patience, async _ => running.IsCompleted ? -1 : await bench.EndAsync("B", "A.orders"),
            seen => seen == 10, Ct);
        await stop.CancelAsync();
        await running;
    }
}

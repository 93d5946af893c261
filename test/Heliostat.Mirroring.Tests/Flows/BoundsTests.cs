using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Audit;
using Heliostat.Mirroring.Flows;
using Heliostat.Mirroring.Planning;
using Heliostat.Protocol.Messages;
using Heliostat.Testing.RealKafka;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Mirroring.Tests.Flows;

/// <summary>Flows that begin and end at places of their logs (<c>heliostat.from</c>, <c>heliostat.until</c>, <c>--until-end</c>).</summary>
public sealed class BoundsTests
{
    private const long Epoch = 1_700_000_000_000;

    private static readonly CancellationToken Ct = CancellationToken.None;

    [Fact]
    public async Task A_window_of_a_log_arrives_and_a_later_end_adds_what_follows_once()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await LoadAsync(bench, "orders", 20);
        await LoadAsync(bench, "other", 5);
        await bench.Client("A").SetGroupOffsetAsync("g", "orders", 0, 10, Ct);
        const string Window = "A->B.enabled = true\nA->B.sync.group.offsets.enabled = true\n";

        await bench.RunUntilAsync($"{Window}A->B.heliostat.from = orders:{Epoch + 5}\nA->B.heliostat.until = orders:{Epoch + 12}, offset:3",
            "both windows", async snapshot =>
                await bench.EndAsync("B", "A.orders") == 7 && await bench.EndAsync("B", "A.other") == 3
                && snapshot.Flows[0] is { Troubles.Count: 0, Lanes: { LagRecords: 0, Paused.Count: 0 } }
                && (await bench.Client("B").GroupOffsetsAsync("g", "A.orders", Ct)).GetValueOrDefault(0, -1) == 5);

        await bench.RunUntilAsync($"{Window}A->B.heliostat.from = {Epoch + 5}\nA->B.heliostat.until = orders:offset:15", "what follows",
            async _ =>
                await bench.EndAsync("B", "A.orders") == 10 && await bench.EndAsync("B", "A.other") == 5);

        var file = bench.File($"{Window}A->B.heliostat.from = {Epoch + 5}\nA->B.heliostat.until = orders:offset:15");
        var report = await new Verification(TimeProvider.System, NullLoggerFactory.Instance).RunAsync(file.Flows[0], new AuditSettings(),
            [], Ct);
        Assert.Equal((AuditVerdict.Equal, 10L), (report.Verdict, report.Total.Verified));
    }

    [Fact]
    public async Task A_flow_that_is_to_end_with_its_lanes_does_with_what_was_there()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await LoadAsync(bench, "orders", 20);
        await LoadAsync(bench, "empty", 0);

        for (var run = 0; run < 2; run++)
        {
            var engine = new MirrorEngine(
                bench.File("A->B.enabled = true\nB->A.enabled = false\nA->B.heliostat.until = orders:offset:15").Flows,
                new EngineOptions { UntilEnd = true }, TimeProvider.System, NullLoggerFactory.Instance);

            Assert.Equal(MirrorEnd.Completed, (await engine.RunAsync(Ct, Ct)).End);
            Assert.Equal((15, 0), (await bench.EndAsync("B", "A.orders"), await bench.EndAsync("B", "A.empty")));
        }
    }

    /// <summary>Between what stands and whose it is, the target is asked for limits of topics.</summary>
    [Fact]
    public async Task A_flow_that_is_to_end_with_its_lanes_does_not_before_it_was_given_them()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await LoadAsync(bench, "orders", 20);
        using var late = bench.Cluster("B").Cluster.Faults.Delay(ApiKey.DescribeConfigs, TimeSpan.FromMilliseconds(500));
        var engine = new MirrorEngine(
            bench.File("A->B.enabled = true\nB->A.enabled = false").Flows, new EngineOptions { UntilEnd = true }, TimeProvider.System,
            NullLoggerFactory.Instance);

        Assert.Equal(MirrorEnd.Completed, (await engine.RunAsync(Ct, Ct)).End);

        Assert.Equal(20, await bench.EndAsync("B", "A.orders"));
    }

    private static async Task LoadAsync(FlowBench bench, string topic, int count)
    {
        await bench.Client("A").CreateTopicAsync(topic, 1, null, Ct);
        if (count > 0)
        {
            await bench.Client("A").ProduceAsync(topic, Enumerable.Range(0, count)
                .Select(i => KafkaRecord.Of($"key-{i}", $"value-{i}", 0, Epoch + i)), new Dictionary<string, string>(), Ct);
        }
    }
}

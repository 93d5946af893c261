using System.Text;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Mirroring.Tests.Flows;

/// <summary>Flows that rename topics, change and leave out records, and mirror topics of one name both ways.</summary>
public sealed class TransformFlowTests
{
    private const string Forgetful = "B.offset.flush.interval.ms = 3600000";

    private const string Filters = """
        A->B.enabled = true
        A->B.sync.group.offsets.enabled = true
        A->B.transforms = route, site
        A->B.transforms.route.type = org.apache.kafka.connect.transforms.RegexRouter
        A->B.transforms.route.regex = A\\.(.*)
        A->B.transforms.route.replacement = of-A-$1
        A->B.transforms.site.type = org.apache.kafka.connect.transforms.InsertHeader
        A->B.transforms.site.header = site
        A->B.transforms.site.value.literal = dc1
        A->B.heliostat.records.drop = header:drop
        """;

    private static readonly CancellationToken Ct = CancellationToken.None;

    [Fact]
    public async Task Positions_maps_and_groups_are_exact_over_what_is_left_out()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("orders", 1, null, Ct);
        await LoadAsync(bench, "A", "orders", 0, 10, dropsEven: true);
        (string Group, long At, long There)[] groups = [("g0", 0, 0), ("g2", 2, 1), ("g5", 5, 2), ("g9", 9, 4), ("g10", 10, 5)];
        foreach (var (group, at, _) in groups)
        {
            await bench.Client("A").SetGroupOffsetAsync(group, "orders", 0, at, Ct);
        }

        await bench.RunUntilAsync(Filters, "groups to be translated", async _ =>
        {
            foreach (var (group, _, there) in groups)
            {
                if ((await bench.Client("B").GroupOffsetsAsync(group, "of-A-orders", Ct)).GetValueOrDefault(0, -1) != there)
                {
                    return false;
                }
            }

            return true;
        });
        await LoadAsync(bench, "A", "orders", 10, 1, dropsEven: true);
        await bench.RunUntilAsync(Filters, "the position to pass what is left out",
            snapshot => Task.FromResult(snapshot.Flows[0].Lanes is { RunningLanes: > 0, LagRecords: 0 }));

        var there = await bench.Client("B").ReadAsync("of-A-orders", new() { Records = true }, Ct);
        Assert.Equal(["value-1 site", "value-3 site", "value-5 site", "value-7 site", "value-9 site"], there[0].Records.Select(Text));
        Assert.DoesNotContain("A.orders", await bench.Client("B").ListTopicsAsync(Ct));
    }

    [Fact]
    public async Task What_was_delivered_before_a_crash_is_known_by_what_rules_made_of_it()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("orders", 1, null, Ct);
        for (var life = 1; life <= 3; life++)
        {
            await LoadAsync(bench, "A", "orders", (life - 1) * 100, 100, dropsEven: true);
            await bench.CrashAsync($"{Filters}\n{Forgetful}", "of-A-orders", life * 50);
        }

        Assert.Equal(150, await bench.RecordsAsync("B", "of-A-orders"));
    }

    [Theory]
    [InlineData("heliostat")]
    [InlineData("redpanda")]
    public async Task Topics_of_one_name_both_ways_hold_each_record_once(string provenance)
    {
        var both = $"""
            A->B.enabled = true
            B->A.enabled = true
            replication.policy.class = org.apache.kafka.connect.mirror.IdentityReplicationPolicy
            heliostat.provenance = {provenance}
            """;
        await using var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("t", 1, null, Ct);
        await bench.Client("B").CreateTopicAsync("t", 1, null, Ct);
        for (var life = 0; life < 3; life++)
        {
            await LoadAsync(bench, "A", "t", 1000 + (life * 20), 20);
            await LoadAsync(bench, "B", "t", 5000 + (life * 20), 20);
            var settled = (life + 1) * 40;
            await bench.RunUntilAsync(both, "both sides to hold all", async snapshot =>
                await bench.EndAsync("A", "t") >= settled && await bench.EndAsync("B", "t") >= settled
                && snapshot.Flows.All(flow => flow.Lanes is { RunningLanes: > 0, LagRecords: 0 }));
        }

        foreach (var alias in (string[])["A", "B"])
        {
            var values = (await bench.Client(alias).ReadAsync("t", new() { Records = true }, Ct))[0].Records
                .Select(record => Encoding.UTF8.GetString(record.Value!)).ToList();
            Assert.Equal(120, values.Count);
            Assert.Equal(120, values.Distinct().Count());
        }
    }

    private static string Text(KafkaRecord record) =>
        $"{Encoding.UTF8.GetString(record.Value!)} {string.Join(' ', record.Headers.Select(header => header.Name))}";

    private static async Task LoadAsync(FlowBench bench, string alias, string topic, int from, int count, bool dropsEven = false) =>
        await bench.Client(alias).ProduceAsync(
            topic,
            Enumerable.Range(from, count).Select(i => KafkaRecord.Of($"key-{i}", $"value-{i}", 0) with
            {
                Headers = dropsEven && i % 2 == 0 ? [new KafkaHeader("drop", null)] : []
            }),
            new Dictionary<string, string>(), Ct);
}

using System.Text;
using Heliostat.Mirroring.Flows;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Mirroring.Tests.Flows;

/// <summary>Records that transforms or the target do not take, of flows that put them into a topic of dead letters.</summary>
public sealed class DeadLetterFlowTests
{
    private const string Letters = """
        A->B.enabled = true
        A->B.errors.deadletterqueue.topic.name = dead
        A->B.errors.deadletterqueue.topic.replication.factor = 1
        """;

    private const string Masks = $"""
        {Letters}
        A->B.heliostat.on.untransformed = dead-letter
        A->B.heliostat.payload.value = json
        A->B.transforms = mask
        A->B.transforms.mask.type = org.apache.kafka.connect.transforms.MaskField$Value
        A->B.transforms.mask.fields = card
        """;

    private const string Refusals = $"""
        {Letters}
        A->B.heliostat.on.refused = dead-letter
        sync.topic.configs.enabled = false
        """;

    private static readonly CancellationToken Ct = CancellationToken.None;

    [Theory]
    [InlineData("disabled")]
    [InlineData("enabled")]
    public async Task Failing_records_are_there_and_nothing_is_mirrored_twice_over_crashes(string exactlyOnce)
    {
        var settings = $"{Masks}\nB.exactly.once.source.support = {exactlyOnce}\nB.offset.flush.interval.ms = 200";
        await using var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("orders", 1, null, Ct);
        for (var life = 1; life <= 3; life++)
        {
            await LoadAsync(bench, (life - 1) * 100, 100, i => i % 10 == 0 ? "no JSON" : """{"card":"4711"}""");
            await bench.CrashAsync(settings, "A.orders", life * 45);
        }

        await bench.RunUntilAsync(settings, "all to arrive", Level);

        Assert.Equal(Enumerable.Range(0, 300).Where(i => i % 10 != 0).Select(i => $"{i}"), await KeysAsync(bench, "A.orders"));
        var letters = await KeysAsync(bench, "dead");
        Assert.Equal(Enumerable.Range(0, 30).Select(i => $"{i * 10}"), letters.Distinct());
        Assert.True(exactlyOnce == "disabled" || letters.Count == 30, "under exactly-once no letter is there twice");
    }

    [Theory]
    [InlineData("disabled")]
    [InlineData("enabled")]
    public async Task Records_that_the_target_refuses_are_there_and_the_lane_goes_on(string exactlyOnce)
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("orders", 1, null, Ct);
        await bench.Client("B").CreateTopicAsync("A.orders", 1, new Dictionary<string, string>
        {
            ["max.message.bytes"] = "5000",
            ["cleanup.policy"] = "compact",
            ["min.compaction.lag.ms"] = "3600000",
        }, Ct);
        await LoadAsync(bench, 0, 60, i => i % 20 == 7 ? new string('x', 20_000) : "value", i => i % 20 == 13);
        EngineSnapshot? last = null;

        await bench.RunUntilAsync($"{Refusals}\nB.exactly.once.source.support = {exactlyOnce}", "all to arrive",
            snapshot => Level(last = snapshot));

        Assert.Equal(Enumerable.Range(0, 60).Where(i => i % 20 is not (7 or 13)).Select(i => $"{i}"), await KeysAsync(bench, "A.orders"));
        var letters = (await bench.Client("B").ReadAsync("dead", new() { Records = true }, Ct))[0].Records;
        Assert.Equal(["7", "13", "27", "33", "47", "53"], letters.Select(Offset));
        Assert.All(letters, letter => Assert.Equal("KAFKA_PRODUCE", Header(letter, "stage")));
        Assert.Equal(
            ["org.apache.kafka.common.errors.RecordTooLargeException", "org.apache.kafka.common.InvalidRecordException"],
            letters.Take(2).Select(letter => Header(letter, "exception.class.name")));
        Assert.Equal(20_000, letters[0].Value!.Length);
        Assert.Equal([("orders", "refused", 6L)], last!.Flows[0].Losses.Select(loss => (loss.Topic, loss.Kind, loss.Times)));
    }

    private static Task<bool> Level(EngineSnapshot snapshot) =>
        Task.FromResult(snapshot.Flows[0].Lanes is { RunningLanes: 1, LagRecords: 0 });

    private static async Task<List<string>> KeysAsync(FlowBench bench, string topic) =>
        [.. (await bench.Client("B").ReadAsync(topic, new() { Records = true }, Ct))[0].Records
            .Select(record => Encoding.UTF8.GetString(record.Key!))];

    private static string Offset(KafkaRecord letter) => Header(letter, "offset");

    private static string Header(KafkaRecord letter, string name) =>
        Encoding.UTF8.GetString(letter.Headers.Single(header => header.Name == $"__connect.errors.{name}").Value!);

    private static Task LoadAsync(FlowBench bench, int from, int count, Func<int, string> value, Func<int, bool>? keyless = null) =>
        bench.Client("A").ProduceAsync(
            "orders",
            Enumerable.Range(from, count).Select(i => new KafkaRecord
            {
                Key = keyless?.Invoke(i) == true ? null : Encoding.UTF8.GetBytes($"{i}"),
                Value = Encoding.UTF8.GetBytes(value(i)),
                Partition = 0,
            }),
            new Dictionary<string, string>(), Ct);
}

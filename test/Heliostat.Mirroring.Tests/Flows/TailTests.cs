using System.Text;
using Heliostat.MirrorClient.OffsetMaps;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Mirroring.Tests.Flows;

/// <summary>A flow that ended without storing what it delivered: the next one finds it on the target.</summary>
public sealed class TailTests
{
    /// <summary>Positions are stored at the end of a good stop only.</summary>
    private const string Forgetful = "A->B.enabled = true\nB.offset.flush.interval.ms = 3600000";

    private static readonly CancellationToken Ct = CancellationToken.None;

    [Theory]
    [InlineData("")]
    [InlineData("B.producer.compression.type = gzip")]
    public async Task What_was_delivered_and_not_stored_is_not_mirrored_again(string settings)
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("orders", 3, null, Ct);
        await MirrorAsync(bench, 0, 300);

        for (var crash = 1; crash <= 3; crash++)
        {
            await LoadAsync(bench, crash * 300, 300);
            await bench.CrashAsync($"{Forgetful}\n{settings}", "A.orders", (crash + 1) * 300);
        }

        await MirrorAsync(bench, 1_200, 300);
        Assert.Equal(await bench.ContentAsync("A", "orders"), await bench.ContentAsync("B", "A.orders"));
    }

    [Fact]
    public async Task What_others_wrote_behind_the_position_is_passed_and_the_broker_may_have_stamped_its_time()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("orders", 1, null, Ct);
        await MirrorAsync(bench, 0, 10);
        await bench.Client("B").AlterTopicAsync("A.orders", new Dictionary<string,
            string>
        { ["message.timestamp.type"] = "LogAppendTime" }, Ct);
        await WriteAsync(bench, "B", "A.orders", "another's");
        await LoadAsync(bench, 10, 20);
        await bench.CrashAsync(Forgetful, "A.orders", 31);
        await WriteAsync(bench, "B", "A.orders", "another's too");

        await MirrorAsync(bench, 30, 10, others: 2);

        // One is the marker that fences the crashed one.
        Assert.Equal(43, await bench.EndAsync("B", "A.orders"));
    }

    [Fact]
    public async Task A_position_of_MirrorMaker_2_is_enough()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("orders", 1, null, Ct);
        await MirrorAsync(bench, 0, 100);
        await LoadAsync(bench, 100, 50);
        await bench.CrashAsync(Forgetful, "A.orders", 150);
        await ForgetMapsAsync(bench);
        await bench.Client("B").ProduceAsync(
            "mm2-offsets.A.internal",
            [new KafkaRecord
            {
                Key = """["MirrorSourceConnector",{"cluster":"A","partition":0,"topic":"orders"}]"""u8.ToArray(),
                Value = """{"offset":79}"""u8.ToArray(),
                Partition = await PartitionAsync(bench)
            }],
            new Dictionary<string, string>(), Ct);

        await MirrorAsync(bench, 150, 10);

        Assert.Equal(await bench.ContentAsync("A", "orders"), await bench.ContentAsync("B", "A.orders"));
    }

    /// <summary>
    /// A batch of positions that waited in a broker's socket while its worker was given up: it is appended behind those of who has the
    /// lanes since.
    /// </summary>
    [Fact]
    public async Task A_position_that_a_former_owner_stored_late_only_makes_the_tail_longer()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("orders", 3, null, Ct);
        await MirrorAsync(bench, 0, 300);
        var late = (await bench.Client("B").ReadAsync("mm2-offsets.A.internal", new() { Records = true }, Ct))
            .SelectMany(partition => partition.Records.GroupBy(record => Encoding.UTF8.GetString(record.Key!))
                .Select(lane => lane.Last() with { Partition = partition.Partition })).ToList();
        Assert.Equal(3, late.Count);
        await MirrorAsync(bench, 300, 300);
        await bench.Client("B").ProduceAsync("mm2-offsets.A.internal", late, new Dictionary<string, string>(), Ct);

        await MirrorAsync(bench, 600, 300);

        Assert.Equal(await bench.ContentAsync("A", "orders"), await bench.ContentAsync("B", "A.orders"));
    }

    [Fact]
    public async Task A_record_that_differs_in_the_midst_of_what_was_mirrored_halts_its_lane()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await DifferAsync(bench);

        var cause = "";
        await bench.RunUntilAsync("A->B.enabled = true", "the lane to halt", seen =>
        {
            cause = seen.Total.Paused is [{ RetryAt: null } paused] ? paused.Cause : "";
            return Task.FromResult(cause.Length > 0);
        });

        Assert.StartsWith(
            "target: behind position 10 of orders-0, A.orders-0 holds at offset 11 another record than orders-0 at 11, in the midst of "
                + "what was mirrored; ",
            cause, StringComparison.Ordinal);
        Assert.Equal(12, await bench.EndAsync("B", "A.orders"));
    }

    [Fact]
    public async Task Or_is_kept_in_mind_and_passed_where_somebody_wants_that()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await DifferAsync(bench);

        await bench.RunUntilAsync(
            "A->B.enabled = true\nheliostat.on.tail-mismatch = record", "the lane to go on",
            async _ => await bench.EndAsync("B", "A.orders") == 16);
    }

    /// <summary>Behind position 10 the target holds the record at 10, and another than the one at 11.</summary>
    private static async Task DifferAsync(FlowBench bench)
    {
        await bench.Client("A").CreateTopicAsync("orders", 1, null, Ct);
        await MirrorAsync(bench, 0, 10);
        await LoadAsync(bench, 10, 5);
        var records = (await bench.Client("A").ReadAsync("orders", new() { Records = true }, Ct))[0].Records;
        await bench
            .Client("B").ProduceAsync("A.orders", [records[10], records[11] with { Value = [1] }], new Dictionary<string, string>(), Ct);
    }

    private static async Task<int> PartitionAsync(FlowBench bench)
    {
        var contents = await bench.Client("B").ReadAsync("mm2-offsets.A.internal", new(), Ct);
        return contents.First(partition => partition.Count > 0).Partition;
    }

    /// <summary>MirrorMaker 2 keeps none.</summary>
    private static async Task ForgetMapsAsync(FlowBench bench) => await bench.Client("B").ProduceAsync(
        "heliostat-offset-map.A.internal", [new KafkaRecord { Key = new OffsetMapKey(new TopicPartition("orders", 0), 0).Write(),
            Partition = 0 }], new Dictionary<string, string>(), Ct);

    private static async Task LoadAsync(FlowBench bench, long first, int count) =>
        await bench.Client("A").GenerateAsync("orders",
            new() { First = first, Count = count, Partitions = (await bench.Client("A").EndOffsetsAsync("orders", Ct)).Length }, Ct);

    private static async Task WriteAsync(FlowBench bench, string alias, string topic, string value) =>
        await bench.Client(alias).ProduceAsync(topic, [new KafkaRecord { Value = Encoding.UTF8.GetBytes(value), Partition = 0 }],
            new Dictionary<string, string>(), Ct);

    /// <summary>More is written and mirrored, and everything stored.</summary>
    private static async Task MirrorAsync(FlowBench bench, int first, int count, int others = 0)
    {
        await LoadAsync(bench, first, count);
        await bench.RunUntilAsync("A->B.enabled = true", "all to arrive", async _ =>
            await bench.EndAsync("B", "A.orders") >= first + count + others);
    }
}

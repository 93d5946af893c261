using Heliostat.Configuration.Dialects.Quick;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Audit;
using Heliostat.Mirroring.Planning;
using Heliostat.Mirroring.Tests.Flows;
using Heliostat.Testing.RealKafka;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Mirroring.Tests.Planning;

/// <summary>Verifying what lies on two clusters, by a file and without one.</summary>
public sealed class VerificationTests
{
    private static readonly CancellationToken Ct = CancellationToken.None;

    [Fact]
    public async Task A_mirror_is_equal_and_what_others_did_to_it_is_found()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await MirrorAsync(bench);

        var equal = await VerifyAsync(bench);
        await bench.Client("B").ProduceAsync("A.orders", [new KafkaRecord { Value = "another's"u8.ToArray(), Partition = 1 }],
            new Dictionary<string, string>(), Ct);
        var different = await VerifyAsync(bench);

        Assert.Equal((AuditVerdict.Equal, 900L), (equal.Verdict, equal.Total.Verified));
        Assert.Equal(AuditVerdict.Different, different.Verdict);
        Assert.Equal([new AuditFinding(AuditKind.Foreign, -1, 300, 1)], different.Lanes.Single(lane => lane.Partition == 1).Findings);
        Assert.Equal(900, different.Total.Verified);
    }

    [Theory]
    [InlineData("A", "orders")]
    [InlineData("B", "A.orders")]
    public async Task Where_retention_took_the_beginning_of_one_side_the_rest_is_verified(string alias, string topic)
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await MirrorAsync(bench);
        await bench.Client(alias).DeleteRecordsAsync(topic, 0, 120, Ct);

        var report = await VerifyAsync(bench);

        Assert.Equal(AuditVerdict.Unverifiable, report.Verdict);
        var lane = report.Lanes[0];
        Assert.Equal((180L, 1), (lane.Counts.Verified, lane.Unverifiable.Count));
        Assert.StartsWith(alias == "A" ? "target offsets 0 to 119"
            : "source offsets 0 to 119", lane.Unverifiable[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_file_topics_are_found_by_name_and_the_beginning_by_content()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await MirrorAsync(bench);
        await bench.Client("B").DeleteRecordsAsync("A.orders", 2, 50, Ct);

        var report = await new Verification(TimeProvider.System, NullLoggerFactory.Instance).RunAsync(Quick(bench), new AuditSettings(),
            [], Ct);

        Assert.Equal((AuditVerdict.Unverifiable, 850L), (report.Verdict, report.Total.Verified));
        Assert.Equal(0, report.Lanes.Sum(lane => lane.Findings.Count));
    }

    [Fact]
    public async Task An_audit_that_was_ended_goes_on_where_it_was()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await MirrorAsync(bench);
        var whole = await VerifyAsync(bench);
        var half = whole.Lanes[0] with { To = 100, TargetTo = 100, Counts = new LaneCounts { Verified = 100 }, IsThrough = false };

        var rest = await new Verification(TimeProvider.System, NullLoggerFactory.Instance).RunAsync(Flow(bench), new AuditSettings(),
            [half, whole.Lanes[1]], Ct);

        Assert.Equal((AuditVerdict.Equal, 900L), (rest.Verdict, rest.Total.Verified));
        Assert.Equal(whole.Lanes[1], rest.Lanes[1]);
        Assert.Equal(300, rest.Lanes[0].Counts.Verified);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_sample_is_the_same_each_time_and_finds_what_is_in_it(bool withMap)
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("orders", 1, null, Ct);
        await bench.Client("A").GenerateAsync("orders", new() { Count = 60_000, Partitions = 1 }, Ct);
        await bench.RunUntilAsync("A->B.enabled = true", "all to arrive", async _ => await bench.EndAsync("B", "A.orders") == 60_000);
        var settings = new AuditSettings { Sample = new AuditSample(2, 5) };
        var verification = new Verification(TimeProvider.System, NullLoggerFactory.Instance);
        var quick = Quick(bench);

        var report = withMap ? await verification.RunAsync(Flow(bench), settings, [], Ct)
            : await verification.RunAsync(quick, settings, [], Ct);

        var blocks = new AuditSample(2, 5).Of("orders", 0, 0, 60_000).ToList();
        Assert.InRange(blocks.Count, 1, 5);
        Assert.Equal((AuditVerdict.Equal, blocks.Sum(block => block.To - block.From)), (report.Verdict, report.Total.Verified));
    }

    private static FlowOptions Quick(FlowBench bench) => QuickMirror.Translate(new QuickMirrorOptions
    {
        From = bench.Cluster("A").BootstrapServers,
        To = bench.Cluster("B").BootstrapServers,
        Topics = "orders",
        Exclude = "__.*",
    }).Flow with
    { Naming = NamingOptions.WithPrefix("A") };

    private static FlowOptions Flow(FlowBench bench) => bench.File("A->B.enabled = true").Flows.Single(flow => flow.Enabled);

    private static Task<AuditReport> VerifyAsync(FlowBench bench) =>
        new Verification(TimeProvider.System, NullLoggerFactory.Instance).RunAsync(Flow(bench), new AuditSettings(), [], Ct);

    private static async Task MirrorAsync(FlowBench bench)
    {
        await bench.Client("A").CreateTopicAsync("orders", 3, null, Ct);
        await bench.Client("A").GenerateAsync("orders", new() { Count = 900, Partitions = 3 }, Ct);
        await bench.RunUntilAsync("A->B.enabled = true", "all to arrive", async _ => await bench.EndAsync("B", "A.orders") == 900);
    }
}

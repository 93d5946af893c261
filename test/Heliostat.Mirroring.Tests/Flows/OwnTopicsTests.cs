using Heliostat.Configuration.Dialects.Quick;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Flows;
using Heliostat.Testing;
using Heliostat.Testing.Embedded;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Mirroring.Tests.Flows;

public sealed class OwnTopicsTests
{
    private static CancellationToken Ct => CancellationToken.None;

    [Fact]
    public async Task What_a_mirror_makes_on_its_own_source_is_not_mirrored_again()
    {
        await using var cluster = await EmbeddedTestCluster.StartAsync(1, null, Ct);
        await cluster.Client.CreateTopicAsync("orders", 1, null, Ct);
        await cluster.Client.GenerateAsync("orders", new() { Count = 10, Partitions = 1 }, Ct);
        for (var run = 0; run < 2; run++)
        {
            var flow = QuickMirror.Translate(new QuickMirrorOptions
            {
                From = cluster.BootstrapServers,
                To = cluster.BootstrapServers,
                Topics = ".*"
            }).Flow;
            flow = flow with { Positions = flow.SourceGroup with { UntilEnd = true }, Naming = NamingOptions.WithPrefix("source") };
            var engine = new MirrorEngine([flow], new EngineOptions(), TimeProvider.System, NullLoggerFactory.Instance);
            await engine.RunAsync(Ct, Ct).WaitAsync(TimeSpan.FromSeconds(30));
        }

        Assert.Equal(["orders", "source.orders"],
            (await cluster.Client.ListTopicsAsync(Ct)).Where(topic => !topic.StartsWith('_')).Order(StringComparer.Ordinal));
        Assert.Equal(10, (await cluster.Client.EndOffsetsAsync("source.orders", Ct)).Single());
    }

    [Fact]
    public async Task What_matches_and_is_left_out_is_named_with_how_to_have_it_otherwise()
    {
        await using var cluster = await EmbeddedTestCluster.StartAsync(1, null, Ct);
        await using var target = await EmbeddedTestCluster.StartAsync(1, null, Ct);
        foreach (var topic in (string[])["orders", "tmp.a", "tmp.b", "source.x", "__consumer_offsets"])
        {
            await cluster.Client.CreateTopicAsync(topic, 1, null, Ct);
        }

        await cluster.Client.GenerateAsync("orders", new() { Count = 10, Partitions = 1 }, Ct);
        var flow = QuickMirror.Translate(
            new QuickMirrorOptions
            {
                From = cluster.BootstrapServers,
                To = target.BootstrapServers,
                Topics = ".*",
                Exclude = "__.*,tmp.*"
            }).Flow;
        var excluded = await LinesAsync(flow with { Naming = NamingOptions.WithPrefix("source") });
        var whole = await LinesAsync(flow with { Selection = TopicSelection.FromIncludeList(".*") });

        Assert.Contains(
            "Information source: left out although they match, matched by --exclude, which is '__.*' unless set: __consumer_offsets, "
                + "tmp.a, tmp.b", excluded);
        Assert.Contains(
            "Warning source: left out although they match, beginning with 'source.' as what this mirror makes: they would go round, and "
                + "another --from-alias tells them apart: source.x", excluded);
        Assert.Contains(
            "Information source: left out although they match, Kafka's own, which exclude.internal.topics = false would mirror: "
                + "__consumer_offsets", whole);
    }

    private static async Task<IReadOnlyCollection<string>> LinesAsync(FlowOptions flow)
    {
        using var log = new RecordingLoggerFactory();
        await new MirrorEngine([flow with { Positions = flow.SourceGroup with { UntilEnd = true } }], new EngineOptions(),
            TimeProvider.System, log).RunAsync(Ct, Ct).WaitAsync(TimeSpan.FromSeconds(60));
        return [.. log.Lines];
    }
}

using Heliostat.Broker;

namespace Heliostat.Conformance.Clients;

public sealed class KcatTests
{
    [ToolFact("kcat")]
    public async Task Records_go_in_and_come_out_in_every_codec()
    {
        await using var cluster = await EmbeddedCluster.StartAsync(new EmbeddedClusterOptions
        {
            BrokerCount = 2,
            Topics = [new EmbeddedTopic("t", 2)]
        }, CancellationToken.None);
        string[] codecs = ["none", "gzip", "snappy", "lz4", "zstd"];

        foreach (var codec in codecs)
            await KcatAsync(cluster, $"-P -t t -p 1 -K : -z {codec} -H h=1", $"{codec}-key:{codec}-value\nk2:v2\n");
        var read = await KcatAsync(cluster, "-C -q -t t -p 1 -o beginning -e -f %o|%k|%s|%h\\n");

        var expected =
            codecs.SelectMany((codec, index) => new[] { $"{index * 2}|{codec}-key|{codec}-value|h=1", $"{(index * 2) + 1}|k2|v2|h=1" });
        Assert.Equal(expected, read.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [ToolFact("kcat")]
    public async Task Metadata_and_offsets_are_shown()
    {
        await using var cluster = await EmbeddedCluster.StartAsync(
            new EmbeddedClusterOptions { BrokerCount = 3, Topics = [new EmbeddedTopic("t", 2, 3)] }, CancellationToken.None);
        await KcatAsync(cluster, "-P -t t -p 0", "one\ntwo\nthree\n");

        var metadata = await KcatAsync(cluster, "-L");
        var json = System.Text.Json.Nodes.JsonNode.Parse(await KcatAsync(cluster, "-L -J -t t"))!;
        var latest = await KcatAsync(cluster, "-Q -t t:0:-1");
        var earliest = await KcatAsync(cluster, "-Q -t t:0:-2");

        Assert.Contains("3 brokers:", metadata);
        Assert.Contains("topic \"t\" with 2 partitions:", metadata);
        Assert.Equal(3, json["brokers"]!.AsArray().Count);
        Assert.Equal(3, json["topics"]![0]!["partitions"]![0]!["isrs"]!.AsArray().Count);
        Assert.Equal("t [0] offset 3\n", latest);
        Assert.Equal("t [0] offset 0\n", earliest);
    }

    [ToolFact("kcat")]
    public async Task A_group_shares_partitions_and_takes_over()
    {
        await using var cluster = await EmbeddedCluster.StartAsync(new EmbeddedClusterOptions
        {
            BrokerCount = 2,
            Topics = [new EmbeddedTopic("t", 2)]
        }, CancellationToken.None);
        await using var first = StartMember(cluster);
        await first.UntilAsync("all partitions are assigned",
            () => Task.FromResult(first.Errors.Contains("t [0], t [1]", StringComparison.Ordinal)));

        await using var second = StartMember(cluster);
        await second.UntilAsync("a partition is assigned",
            () => Task.FromResult(second.Errors.Contains("assigned: t [", StringComparison.Ordinal)));
        await KcatAsync(cluster, "-P -t t -p 0", "to zero\n");
        await KcatAsync(cluster, "-P -t t -p 1", "to one\n");
        await first.UntilAsync("both records come", () => Task.FromResult((first.Output + second.Output).Split('\n').Length == 3));

        Assert.NotEqual(0, first.Output.Length);
        Assert.NotEqual(0, second.Output.Length);
        first.Signal(Testing.Processes.ProcessSignal.Terminate);
        await second.UntilAsync("it takes over", () => Task.FromResult(second.Errors.Contains("t [0], t [1]", StringComparison.Ordinal)));
    }

    private static Tool StartMember(EmbeddedCluster cluster) =>
        Tool.Start(["kcat", "-b", cluster.BootstrapServers, "-G", "g", "-u", "-X", "heartbeat.interval.ms=200", "-X",
            "session.timeout.ms=6000", "-X", "auto.offset.reset=earliest", "t"]);

    private static Task<string> KcatAsync(EmbeddedCluster cluster, string arguments, string? input = null) =>
        Tool.RunAsync(["kcat", "-b", cluster.BootstrapServers, .. Tool.Words(arguments)], input);
}

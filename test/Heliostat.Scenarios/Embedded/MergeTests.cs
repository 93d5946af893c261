using Heliostat.Protocol.Messages;
using Heliostat.Scenarios.RealKafka;
using Heliostat.Testing.Embedded;

namespace Heliostat.Scenarios.Embedded;

/// <summary>Small batches on the way to a target that answers late.</summary>
public sealed class MergeTests
{
    private const int Records = 3000;
    private static readonly CancellationToken Ct = CancellationToken.None;

    [Theory]
    [InlineData("none")]
    [InlineData("gzip")]
    public async Task Small_batches_are_merged_where_answers_take_their_time(string codec)
    {
        await using var source = await EmbeddedTestCluster.StartAsync(1, null, Ct);
        await using var target = await EmbeddedTestCluster.StartAsync(1, null, Ct);
        var (pair, settings) = (new ClusterPair(source, target), new MirrorSettings { Compared = false });
        var topic = ClusterPair.Name("small");
        await source.Client.CreateTopicAsync(topic, 1, null, Ct);
        await target.Client.CreateTopicAsync(topic, 1, null, Ct);
        await source.Client.GenerateAsync(topic, new()
        {
            Count = Records,
            Config = new Dictionary<string, string> { ["compression.type"] = codec, ["batch.size"] = "1" },
        }, Ct);
        // So late that on a machine however busy all of the source is there before many answers have come.
        using var late = target.Cluster.Faults.Delay(ApiKey.Produce, TimeSpan.FromMilliseconds(500));

        await using var mirror = MirrorMaker.Start(pair, topic, settings);
        await pair.CommittedAsync(mirror, topic, Ct);
        Assert.Equal(0, await mirror.StopAsync(Ct));

        await pair.SameAsync(topic, settings, Ct);
        var batches = await target.DumpAsync(topic, 0, 1, Ct);
        Assert.Equal(Records, (await source.DumpAsync(topic, 0, 1, Ct)).Length);
        Assert.True(batches.Length < Records / 10, $"{batches.Length} batches");
        Assert.All(batches, batch => Assert.Equal(codec, batch.Codec));
    }
}

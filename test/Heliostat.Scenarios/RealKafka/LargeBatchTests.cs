using System.Security.Cryptography;
using Heliostat.Testing.Embedded;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Scenarios.RealKafka;

[Collection(RealClusters.Collection)]
public sealed class LargeBatchTests(RealClusters clusters)
{
    private const string Limit = "max.message.bytes";
    private static readonly CancellationToken Ct = CancellationToken.None;
    private static readonly Dictionary<string, string> OneBatch = new() { ["batch.size"] = "900000", ["max.request.size"] = "2000000" };

    [Theory]
    [EmbeddedData("none")]
    [EmbeddedData("zstd")]
    [KafkaData("3.9.1", "none")]
    [KafkaData("4.3.1", "none")]
    [KafkaData("4.3.1", "zstd")]
    public async Task A_batch_that_the_target_refuses_is_split(string kind, string codec)
    {
        var pair = await clusters.PairAsync(kind, Ct);
        var topic = ClusterPair.Name("large");
        await pair.Source.Client.CreateTopicAsync(topic, 1, null, Ct);
        await pair.Target.Client.CreateTopicAsync(topic, 1, new Dictionary<string, string> { [Limit] = "50000" }, Ct);
        var config = new Dictionary<string, string>(OneBatch) { ["compression.type"] = codec };
        await pair.Source.Client.ProduceAsync(topic, Noise(100, 4000), config, Ct);
        await pair.Source.Client.ProduceAsync(topic, Noise(3, 40), config, Ct);
        Assert.Contains(await pair.Source.DumpAsync(topic, 0, 1, Ct), batch => batch.SizeInBytes > 300_000);

        await pair.CopyAsync(topic, new(), Ct);
    }

    [Theory]
    [EmbeddedData]
    [KafkaData("4.3.1")]
    public async Task A_record_that_cannot_fit_pauses_its_lane_until_it_fits(string kind)
    {
        var pair = await clusters.PairAsync(kind, Ct);
        var topic = ClusterPair.Name("oversized");
        await pair.Source.Client.CreateTopicAsync(topic, 2, null, Ct);
        await pair.Target.Client.CreateTopicAsync(topic, 2, new Dictionary<string, string> { [Limit] = "50000" }, Ct);
        await pair.Source.Client.ProduceAsync(topic, Noise(5, 100), OneBatch, Ct);
        await pair.Source.Client.ProduceAsync(topic, Noise(1, 80_000), OneBatch, Ct);
        await pair.Source.Client.ProduceAsync(topic, [.. Noise(5, 100), .. Noise(5, 100, partition: 1)], OneBatch, Ct);
        var settings = new MirrorSettings { Options = ["--abort.on.send.failure", "false"] };

        await using var mirror = MirrorMaker.Start(pair, topic, settings);
        await pair.ArrivedAsync(mirror, topic, 10, Ct);
        await mirror.Program.RunsUntilAsync("the cause to be told", TimeSpan.FromSeconds(30), _ => Task.FromResult(
            (mirror.Program.Output + mirror.Program.Errors) is var said && said.Contains($"{topic}-0", StringComparison.Ordinal)
                && said.Contains(Limit, StringComparison.Ordinal)), Ct);
        var arrived = await pair.Target.Client.EndOffsetsAsync(topic, Ct);
        Assert.Equal([5, 5], arrived);
        await pair.Target.Client.AlterTopicAsync(topic, new Dictionary<string, string> { [Limit] = "1000000" }, Ct);
        await pair.CommittedAsync(mirror, topic, Ct);
        Assert.Equal(0, await mirror.StopAsync(Ct));

        await pair.SameAsync(topic, settings, Ct);
    }

    [Theory]
    [EmbeddedData]
    [KafkaData("4.3.1")]
    public async Task A_record_that_cannot_fit_ends_MirrorMaker_1s_default_mode(string kind)
    {
        var pair = await clusters.PairAsync(kind, Ct);
        var topic = ClusterPair.Name("oversized");
        await pair.Source.Client.CreateTopicAsync(topic, 1, null, Ct);
        await pair.Target.Client.CreateTopicAsync(topic, 1, new Dictionary<string, string> { [Limit] = "50000" }, Ct);
        await pair.Source.Client.ProduceAsync(topic, Noise(1, 80_000), OneBatch, Ct);
        var settings = new MirrorSettings();

        await using var mirror = MirrorMaker.Start(pair, topic, settings);

        Assert.Equal(255, await mirror.Program.WaitForExitAsync(TimeSpan.FromMinutes(1), Ct));
        Assert.Contains($"{topic}-0", mirror.Program.Output + mirror.Program.Errors, StringComparison.Ordinal);
        Assert.Equal(0, (await pair.Source.Client.GroupOffsetsAsync(settings.Group, topic, Ct)).GetValueOrDefault(0));
    }

    /// <summary>Values that no codec makes smaller.</summary>
    private static IEnumerable<KafkaRecord> Noise(int count, int bytes, int partition = 0) =>
        Enumerable.Range(0, count).Select(_ => new KafkaRecord { Value = RandomNumberGenerator.GetBytes(bytes), Partition = partition });
}

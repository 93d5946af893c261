using Heliostat.Testing.Embedded;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Scenarios.RealKafka;

[Collection(RealClusters.Collection)]
public sealed class StartPositionTests(RealClusters clusters)
{
    private static readonly CancellationToken Ct = CancellationToken.None;

    [Theory]
    [EmbeddedData("none")]
    [EmbeddedData("zstd")]
    [KafkaData("3.9.1", "none")]
    [KafkaData("4.3.1", "none")]
    [KafkaData("4.3.1", "zstd")]
    public async Task A_position_inside_a_batch_forwards_only_what_follows(string kind, string codec)
    {
        var pair = await clusters.PairAsync(kind, Ct);
        var topic = await TwoBatchesAsync(pair, codec);
        var settings = new MirrorSettings();
        await pair.Source.Client.SetGroupOffsetAsync(settings.Group, topic, 0, 4, Ct);

        await using var mirror = MirrorMaker.Start(pair, topic, settings);
        await pair.CommittedAsync(mirror, topic, Ct);
        Assert.Equal(0, await mirror.StopAsync(Ct));

        await OnlyFromAsync(pair, topic, 4);
    }

    [Theory]
    [EmbeddedData("zstd")]
    [EmbeddedData("none")]
    [KafkaData("3.9.1", "zstd")]
    [KafkaData("4.3.1", "none")]
    public async Task A_log_start_inside_a_batch_forwards_only_what_follows(string kind, string codec)
    {
        var pair = await clusters.PairAsync(kind, Ct);
        var topic = await TwoBatchesAsync(pair, codec);
        await pair.Source.Client.DeleteRecordsAsync(topic, 0, 7, Ct);

        await pair.CopyAsync(topic, new(), Ct);

        await OnlyFromAsync(pair, topic, 7);
    }

    [Theory]
    [EmbeddedData]
    [KafkaData("4.3.1")]
    public async Task Latest_mirrors_only_what_comes_after_the_start(string kind)
    {
        var pair = await clusters.PairAsync(kind, Ct);
        var topic = await TwoBatchesAsync(pair, "none");
        var settings = new MirrorSettings { Consumer = new Dictionary<string, string> { ["auto.offset.reset"] = "latest" } };

        await using var mirror = MirrorMaker.Start(pair, topic, settings);
        await mirror.Program.RunsUntilAsync("the group to have a member with partitions", TimeSpan.FromMinutes(1),
            async ct => (await pair.Source.Client.GroupMembersAsync(settings.Group, ct)).Sum(m => m.Partitions) == 1, Ct);
        await mirror.Program.RunsUntilAsync("new records to arrive", TimeSpan.FromMinutes(1), async ct =>
        {
            await pair.Source.Client.ProduceAsync(topic, [KafkaRecord.Of("new", "record")], new Dictionary<string, string>(), ct);
            return await pair.TargetRecordsAsync(topic, ct) > 0;
        }, Ct);
        await pair.CommittedAsync(mirror, topic, Ct);
        Assert.Equal(0, await mirror.StopAsync(Ct));

        var target = await pair.Target.Client.ReadAsync(topic, new() { Records = true }, Ct);
        Assert.All(target[0].Records, record => Assert.Equal("new"u8, record.Key!));
    }

    /// <summary>Offsets 0 to 9 in one batch, 10 to 12 in another.</summary>
    private static async Task<string> TwoBatchesAsync(ClusterPair pair, string codec)
    {
        var topic = ClusterPair.Name("position");
        await pair.Source.Client.CreateTopicAsync(topic, 1, null, Ct);
        await using var producer = await pair.Source.Client.OpenProducerAsync(new Dictionary<string, string>
        {
            ["compression.type"] = codec,
            ["batch.size"] = "500000"
        }, Ct);
        await producer.SendAsync(topic, Samples.Records(seed: 5, 0, 10), Ct);
        await producer.SendAsync(topic, Samples.Records(seed: 6, 0, 3), Ct);
        Assert.Equal([9L, 12L], (await pair.Source.DumpAsync(topic, 0, 1, Ct)).Select(b => b.LastOffset));
        return topic;
    }

    private static async Task OnlyFromAsync(ClusterPair pair, string topic, long offset)
    {
        var source = await pair.Source.Client.ReadAsync(topic, new() { Records = true }, Ct);
        var target = await pair.Target.Client.ReadAsync(topic, new() { Records = true, Uncommitted = true }, Ct);
        Assert.Equal(source[0].Records.Where(r => r.Offset >= offset).Select(r => r.ToString()),
            target[0].Records.Select(r => r.ToString()));
    }
}

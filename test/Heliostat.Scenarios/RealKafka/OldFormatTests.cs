using Heliostat.Testing.RealKafka;

namespace Heliostat.Scenarios.RealKafka;

/// <summary>Message formats 0 and 1, from a broker of 0.10.2.2: 3.x and 4.x write neither.</summary>
public sealed class OldFormatTests : IAsyncLifetime
{
    private static readonly CancellationToken Ct = CancellationToken.None;
    private static readonly string[] Codecs = ["none", "gzip", "snappy", "lz4"];
    private ClusterPair? _pair;

    public async Task InitializeAsync()
    {
        if (KafkaDistribution.Find("0.10.2.2") is not null)
        {
            _pair = await ClusterPair.StartAsync(new() { Version = "0.10.2.2" }, new(), Ct);
        }
    }

    public async Task DisposeAsync() => await (_pair?.DisposeAsync() ?? ValueTask.CompletedTask);

    [KafkaTheory("3.9.1", "0.10.2.2", Kcat = true)]
    [InlineData("0.9.0", 0)]
    [InlineData("0.10.2", 1)]
    public async Task Old_formats_become_batches_of_the_same_records(string format, int magic)
    {
        var pair = _pair!;
        var topic = ClusterPair.Name("old");
        await pair.Source.Client.CreateTopicAsync(topic, Codecs.Length,
            new Dictionary<string, string> { ["message.format.version"] = format }, Ct);
        for (var p = 0; p < Codecs.Length; p++)
        {
            await using (var producer = await pair.Source.Client.OpenProducerAsync(
                new Dictionary<string, string>
                {
                    ["enable.idempotence"] = "false",
                    ["compression.type"] = Codecs[p],
                    ["batch.size"] = "200000"
                }, Ct))
            {
                await producer.SendAsync(topic, Samples.OldRecords(seed: p, p, 100), Ct);
                await producer.SendAsync(topic, Samples.OldRecords(seed: p + 10, p, 1), Ct);
            }

            // Long enough that librdkafka compresses each one also when they go one by one.
            await Kcat.ProduceAsync(pair.Source.BootstrapServers, topic, p, [$"a:{new string('1', 500)}", $"b:{new string('2', 500)}"],
                new Dictionary<string, string> { ["compression.codec"] = Codecs[p] }, Ct);
            Assert.All(await pair.Source.DumpAsync(topic, p, 1, Ct),
                message => Assert.Equal((magic, Codecs[p]), (message.Magic, message.Codec)));
        }

        await pair.CopyAsync(topic, new(), Ct);

        Assert.All(await pair.Target.DumpAsync(topic, 0, 1, Ct), batch => Assert.Equal(2, batch.Magic));
    }

    [KafkaFact("3.9.1", "0.10.2.2")]
    public async Task A_position_inside_an_old_wrapper_forwards_only_what_follows()
    {
        var pair = _pair!;
        var topic = ClusterPair.Name("old-position");
        await pair.Source.Client.CreateTopicAsync(topic, 1, null, Ct);
        await pair.Source.Client.ProduceAsync(
            topic, Samples.OldRecords(seed: 3, 0, 10),
            new Dictionary<string, string> { ["enable.idempotence"] = "false", ["compression.type"] = "gzip" }, Ct);
        var settings = new MirrorSettings();
        await pair.Source.Client.SetGroupOffsetAsync(settings.Group, topic, 0, 4, Ct);

        await using var mirror = MirrorMaker.Start(pair, topic, settings);
        await pair.CommittedAsync(mirror, topic, Ct);
        Assert.Equal(0, await mirror.StopAsync(Ct));

        var source = await pair.Source.Client.ReadAsync(topic, new() { Records = true }, Ct);
        var target = await pair.Target.Client.ReadAsync(topic, new() { Records = true }, Ct);
        Assert.Equal(source[0].Records.Skip(4).Select(r => r.ToString()), target[0].Records.Select(r => r.ToString()));
    }
}

using Heliostat.Testing.Clusters;
using Heliostat.Testing.Embedded;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Scenarios.RealKafka;

[Collection(RealClusters.Collection)]
public sealed class TransactionTests(RealClusters clusters)
{
    private static readonly CancellationToken Ct = CancellationToken.None;

    [Theory]
    [EmbeddedData("read_committed")]
    [EmbeddedData("read_uncommitted")]
    [KafkaData("3.9.1", "read_committed")]
    [KafkaData("3.9.1", "read_uncommitted")]
    [KafkaData("4.3.1", "read_committed")]
    [KafkaData("4.3.1", "read_uncommitted")]
    public async Task Aborted_and_open_transactions_are_seen_as_a_consumer_sees_them(string kind, string isolation)
    {
        var pair = await clusters.PairAsync(kind, Ct);
        var topic = ClusterPair.Name("transactions");
        var client = pair.Source.Client;
        await client.CreateTopicAsync(topic, 1, null, Ct);
        await using var plain = await client.OpenProducerAsync(new Dictionary<string, string>(), Ct);
        await using var open = await TransactionalAsync(client, "gzip");
        await InterleavedAsync(client, topic, plain);
        await open.BeginAsync(Ct);
        await open.SendAsync(topic, Numbers(200, 3), Ct);
        await plain.SendAsync(topic, Numbers(300, 2), Ct);
        var settings = new MirrorSettings
        {
            Consumer = isolation == "read_committed"
                ? new Dictionary<string, string>()
                : new Dictionary<string, string> { ["isolation.level"] = isolation },
        };

        await using var mirror = MirrorMaker.Start(pair, topic, settings);
        await pair.CommittedAsync(mirror, topic, Ct);
        await pair.SameAsync(topic, settings, Ct);
        await open.CommitAsync(Ct);
        await pair.CommittedAsync(mirror, topic, Ct);
        Assert.Equal(0, await mirror.StopAsync(Ct));

        await pair.SameAsync(topic, settings, Ct);
        Assert.All(await pair.Target.DumpAsync(topic, 0, 1, Ct), b => Assert.Equal((false, false), (b.IsControl, b.IsTransactional)));
    }

    /// <summary>Two transactions across each other, one aborted and one committed, with plain records between, twice over.</summary>
    private static async Task InterleavedAsync(ITestClient client, string topic, ITestProducer plain)
    {
        await using var a = await TransactionalAsync(client, "none");
        await using var b = await TransactionalAsync(client, "snappy");
        for (var round = 0; round < 2; round++)
        {
            await a.BeginAsync(Ct);
            await b.BeginAsync(Ct);
            await a.SendAsync(topic, Numbers(round * 100, 3), Ct);
            await b.SendAsync(topic, Numbers(round * 100 + 10, 3), Ct);
            await plain.SendAsync(topic, Numbers(round * 100 + 20, 1), Ct);
            await a.SendAsync(topic, Numbers(round * 100 + 30, 1), Ct);
            await (round == 0 ? a : b).AbortAsync(Ct);
            await (round == 0 ? b : a).SendAsync(topic, Numbers(round * 100 + 40, 2), Ct);
            await (round == 0 ? b : a).CommitAsync(Ct);
        }
    }

    private static Task<ITestProducer> TransactionalAsync(ITestClient client, string codec) =>
        client.OpenProducerAsync(new Dictionary<string, string>
        {
            ["transactional.id"] = ClusterPair.Name("tx"),
            ["compression.type"] = codec
        }, Ct);

    private static IEnumerable<KafkaRecord> Numbers(int first, int count) =>
        Enumerable.Range(first, count).Select(i => KafkaRecord.Of($"key-{i}", $"value {i}"));
}

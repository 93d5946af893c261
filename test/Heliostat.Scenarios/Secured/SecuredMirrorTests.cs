using Heliostat.Scenarios.RealKafka;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Scenarios.Secured;

/// <summary>Files with any security mirror as those without, whatever the other side has.</summary>
public sealed class SecuredMirrorTests
{
    private static readonly CancellationToken Ct = CancellationToken.None;

    private static readonly (string Source, string Target)[] Ways =
    [
        ("SSL", "SASL_SSL SCRAM-SHA-512"), ("SASL_SSL PLAIN", "SASL_SSL OAUTHBEARER"), ("SASL_PLAINTEXT OAUTHBEARER", "SSL"),
        ("SASL_PLAINTEXT SCRAM-SHA-256", "SASL_SSL PLAIN"),
    ];

    [Fact]
    public async Task Each_side_has_a_security_of_its_own()
    {
        await using var secured = await SecuredClusters.StartEmbeddedAsync(Ct);
        foreach (var (source, target) in Ways)
        {
            await CopyAsync(secured, source, target);
        }
    }

    [KafkaFact]
    public async Task Each_side_has_a_security_of_its_own_on_Kafka()
    {
        await using var secured = await SecuredClusters.StartKafkaAsync(Ct);
        foreach (var (source, target) in Ways.Where(way => !$"{way}".Contains("SCRAM", StringComparison.Ordinal)))
        {
            await CopyAsync(secured, source, target);
        }
    }

    private static async Task CopyAsync(SecuredClusters secured, string source, string target)
    {
        var topic = ClusterPair.Name("t");
        await secured.Pair.Source.Client.CreateTopicAsync(topic, 2, null, Ct);
        var records = Enumerable.Range(0, 100).Select(i => new KafkaRecord { Partition = i % 2, Key = "k"u8.ToArray(), Value = [(byte)i] });
        await secured.Pair.Source.Client.ProduceAsync(topic, records, new Dictionary<string, string>(), Ct);
        await secured.Pair.CopyAsync(topic,
            new MirrorSettings { Consumer = secured.Lines("source", source), Producer = secured.Lines("target", target) }, Ct);
    }
}

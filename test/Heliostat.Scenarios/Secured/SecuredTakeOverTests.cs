using Heliostat.Scenarios.RealKafka;
using Heliostat.Scenarios.RealKafka.MirrorMaker2;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Scenarios.Secured;

/// <summary>One file for MirrorMaker 2 and for Heliostat between secured clusters: each goes on where the other stopped.</summary>
public sealed class SecuredTakeOverTests
{
    private static readonly CancellationToken Ct = CancellationToken.None;

    [KafkaTheory(Slow = true)]
    [InlineData("SASL_SSL PLAIN", "SASL_SSL PLAIN", false)]
    [InlineData("SSL", "SASL_SSL PLAIN", true)]
    public async Task MirrorMaker_2_and_Heliostat_take_turns(string source, string target, bool exactlyOnce)
    {
        await using var secured = await SecuredClusters.StartKafkaAsync(Ct);
        var topic = ClusterPair.Name("takeover");
        await secured.Pair.Source.Client.CreateTopicAsync(topic, 4, null, Ct);
        var file = FlowFile.Of(
            secured.Pair,
            [
                ("topics", topic), ("groups", "none"), .. exactlyOnce ? Turns.ExactlyOnce : [],
                .. secured.Lines("source", source).Select(line => ("A." + line.Key, line.Value)),
                .. secured.Lines("target", target).Select(line => ("B." + line.Key, line.Value)),
            ]);

        await Turns.TakeAsync(secured.Pair, file, topic, "A." + topic, Ct);
    }
}

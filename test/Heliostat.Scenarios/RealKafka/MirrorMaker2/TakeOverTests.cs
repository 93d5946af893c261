using System.Text.Json.Nodes;
using Heliostat.Testing;
using Heliostat.Testing.Processes;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Scenarios.RealKafka.MirrorMaker2;

/// <summary>In the place of MirrorMaker 2 and back again, in the middle of a load: nothing lost and nothing twice.</summary>
[Collection(RealClusters.OfFlows)]
public sealed class TakeOverTests(RealClusters clusters)
{
    private const int Partitions = 4;
    private static readonly CancellationToken Ct = CancellationToken.None;

    [KafkaTheory]
    [InlineData("Default", "source", false)]
    [InlineData("Identity", "target", true)]
    public Task Each_goes_on_where_the_other_stopped(string policy, string syncs, bool exactlyOnce) =>
        TakeTurnsAsync(policy, syncs, exactlyOnce);

    [KafkaTheory(Slow = true)]
    [InlineData("Default", "target", false)]
    [InlineData("Default", "source", true)]
    [InlineData("Identity", "source", false)]
    public Task Each_goes_on_where_the_other_stopped_however_they_are_set_up(string policy, string syncs, bool exactlyOnce) =>
        TakeTurnsAsync(policy, syncs, exactlyOnce);

    [KafkaFact(Slow = true)]
    public async Task A_connector_on_a_Connect_cluster_is_taken_over_and_goes_on_after_us()
    {
        var pair = await clusters.PairAsync(KafkaDistribution.Require().Version, Ct);
        var (topic, name) = (ClusterPair.Name("takeover"), ClusterPair.Name("connect"));
        await pair.Source.Client.CreateTopicAsync(topic, Partitions, null, Ct);
        var file = FlowFile.Of(
            pair, ("topics", topic), ("groups", "none"), ("offset-syncs.topic.location", "target"), ("A->B.name", "my-mirror"),
            ("B.offset.storage.topic", $"{name}-offsets"));
        for (var turn = 0; turn < 3; turn++)
        {
            var load = Turns.LoadAsync(pair, topic, turn, Ct);
            if (turn == 1)
            {
                await Turns.RunOursAsync(pair, file, "A." + topic, turn, Ct);
            }
            else
            {
                await using var connect = await JavaConnect.StartAsync(pair, name, Ct);
                await connect.MirrorAsync(pair, "my-mirror", topic, Ct);
                await Turns.ArrivedAsync(pair, "A." + topic, turn, Ct);
                await connect.StopAsync(Ct);
            }

            await load;
        }

        await pair.SameContentAsync(topic, "A." + topic, Ct);
    }

    [KafkaFact(Slow = true)]
    public async Task A_Connect_cluster_is_taken_over_with_its_connectors_and_given_back()
    {
        var pair = await clusters.PairAsync(KafkaDistribution.Require().Version, Ct);
        var (topic, name) = (ClusterPair.Name("takeover"), ClusterPair.Name("connect"));
        await pair.Source.Client.CreateTopicAsync(topic, Partitions, null, Ct);
        string[] configs = new string[3];
        for (var turn = 0; turn < 3; turn++)
        {
            var load = Turns.LoadAsync(pair, topic, turn, Ct);
            if (turn == 1)
            {
                configs[turn] = await RunOursAsync(pair, name, "A." + topic, turn);
            }
            else
            {
                await using var connect = await JavaConnect.StartAsync(pair, name, Ct);
                if (turn == 0)
                {
                    await connect.MirrorAsync(pair, "my-mirror", topic, Ct);
                }

                await Turns.ArrivedAsync(pair, "A." + topic, turn, Ct);
                configs[turn] = await connect.GetAsync("/connectors/my-mirror/config", Ct);
                await connect.StopAsync(Ct);
            }

            await load;
        }

        await pair.SameContentAsync(topic, "A." + topic, Ct);
        Assert.All(configs, config => Assert.True(JsonNode.DeepEquals(JsonNode.Parse(configs[0]), JsonNode.Parse(config)), config));
    }

    /// <summary>The connector's settings as ours tells them.</summary>
    private static async Task<string> RunOursAsync(ClusterPair pair, string name, string mirror, int turn)
    {
        using var folder = new TemporaryFolder("worker");
        var port = FreePorts.Next();
        await using var ours = HeliostatProcess.Start(["connect", await JavaConnect.WriteAsync(pair, name, folder, port, Ct), "--quiet"]);
        await ours.RunsUntilAsync("Heliostat to copy", TimeSpan.FromMinutes(2), token => Turns.HasArrivedAsync(pair, mirror, turn, token),
            Ct);
        using var http = new HttpClient();
        var config = await http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/connectors/my-mirror/config"), Ct);
        Assert.Equal(0, await ours.StopAsync(Ct));
        return config;
    }

    private async Task TakeTurnsAsync(string policy, string syncs, bool exactlyOnce)
    {
        var pair = await clusters.PairAsync(KafkaDistribution.Require().Version, Ct);
        var topic = ClusterPair.Name("takeover");
        var mirror = policy == "Identity" ? topic : "A." + topic;
        var connectors = ClusterPair.Name("mm2");
        await pair.Source.Client.CreateTopicAsync(topic, Partitions, null, Ct);
        var file = FlowFile.Of(
            pair,
            [
                ("topics", topic),
                ("groups", "none"),
                ("replication.policy.class", $"org.apache.kafka.connect.mirror.{policy}ReplicationPolicy"),
                ("offset-syncs.topic.location", syncs),
                ("B.offset.storage.topic", $"{connectors}-offsets"),
                ("B.config.storage.topic", $"{connectors}-configs"),
                ("B.status.storage.topic", $"{connectors}-status"),
                ("B.group.id", connectors),
                .. exactlyOnce ? Turns.ExactlyOnce : [],
            ]);
        await Turns.TakeAsync(pair, file, topic, mirror, Ct);
    }
}

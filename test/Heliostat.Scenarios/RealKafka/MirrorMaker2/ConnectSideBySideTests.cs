using Heliostat.Testing;
using Heliostat.Testing.Processes;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Scenarios.RealKafka.MirrorMaker2;

/// <summary>
/// A worker of Kafka Connect and ours, each with a mirror of its own, asked the same: where they answer otherwise is named here, with why.
/// </summary>
[Collection(RealClusters.OfFlows)]
public sealed class ConnectSideBySideTests(RealClusters clusters)
{
    /// <summary>
    /// Calls of a day, in their order, with their bodies where they have one. C is a connector and N one that is not there; what waits
    /// asks both until they answer 200 with what follows in it, and what settles until they do so again and again.
    /// </summary>
    private const string Calls = """
        GET /
        GET /health
        GET /connectors
        GET /connectors/
        GET /nowhere
        DELETE /connectors
        GET /connector-plugins
        GET /connector-plugins/MirrorNothing/config
        PUT /connector-plugins/MirrorSourceConnector/config/validate {"connector.class": "MirrorCheckpointConnector"}
        PUT /connector-plugins/MirrorSourceConnector/config/validate {"a": "b"}
        POST /connectors {"name": "A->B.MirrorSourceConnector"}
        POST /connectors {
        POST /connectors {"name": "x", "extra": 1, "config": {}}
        POST /connectors {"name": "x", "config": {"a": "b"}}
        POST /connectors {"name": "x", "config": {"connector.class": "org.example.Nothing"}}
        POST /connectors {"name": "x", "config": {"connector.class": "MirrorSourceConnector", "name": "y"}}
        POST /connectors {"name": "x", "config": CONFIG, "initial_state": "SLEEPING"}
        POST /connectors {"name": "A->B.MirrorSourceConnector", "config": CONFIG, "initial_state": "STOPPED"}
        POST /connectors {"name": "A->B.MirrorSourceConnector", "config": CONFIG}
        WAIT C/status STOPPED
        GET C/status
        GET C/tasks
        PUT C/resume
        WAIT C/tasks/0/status RUNNING
        WAIT C/tasks orders-0
        GET /connectors
        GET /connectors?expand=status
        GET /connectors?expand=info
        GET /connectors?expand=nothing
        GET C
        GET N
        GET C/config
        GET N/config
        GET C/status
        GET N/status
        GET C/tasks
        GET N/tasks
        GET C/tasks/0/status
        GET C/tasks/99/status
        GET C/tasks/x/status
        GET N/tasks/0/status
        GET C/tasks-config
        WAIT C/topics A.orders
        GET C/topics
        GET N/topics
        PUT C/topics/reset
        WAIT C/offsets "offset":9
        GET C/offsets
        GET N/offsets
        PUT C/config CONFIG
        WAIT C/tasks/0/status RUNNING
        PATCH C/config {"offset.lag.max": "7"}
        GET C/config
        PATCH C/config {"offset.lag.max": null}
        GET C/config
        PATCH N/config {"a": "b"}
        PUT C/config {"connector.class": "org.example.Nothing"}
        SETTLE C/tasks/0/status RUNNING
        POST C/restart
        SETTLE C/tasks/0/status RUNNING
        POST C/restart?includeTasks=true&onlyFailed=true
        WAIT C/tasks/0/status RUNNING
        POST N/restart
        POST N/restart?includeTasks=true
        POST C/tasks/0/restart
        POST C/tasks/99/restart
        WAIT C/tasks/0/status RUNNING
        PATCH C/offsets {"offsets": [{"partition": {"cluster": "A", "topic": "TOPIC", "partition": 0}, "offset": {"offset": 4}}]}
        DELETE C/offsets
        PUT C/pause
        WAIT C/tasks/0/status PAUSED
        GET C/status
        PUT C/pause
        PUT N/pause
        PUT C/stop
        WAIT C/status STOPPED
        GET C
        GET C/tasks
        WAIT C/tasks/0/status 404
        GET C/tasks/0/status
        GET C/offsets
        PUT N/stop
        PUT N/resume
        PATCH C/offsets {"offsets": [{"partition": {"cluster": "A", "topic": "TOPIC", "partition": 0}, "offset": {"offset": 4}}]}
        GET C/offsets
        PATCH C/offsets {}
        PATCH C/offsets {"offsets": []}
        PATCH C/offsets {"offsets": [{"partition": {"cluster": "A", "topic": "TOPIC", "partition": 0}, "offset": {"offset": -5}}]}
        PATCH C/offsets {"offsets": [{"partition": {"cluster": "A", "topic": "TOPIC", "partition": 0}, "offset": {"offset": "5"}}]}
        PATCH C/offsets {"offsets": [{"partition": {"topic": "TOPIC", "partition": 0}, "offset": {"offset": 5}}]}
        PUT C/resume
        WAIT C/tasks/0/status RUNNING
        WAIT C/offsets "offset":9
        PUT C/stop
        WAIT C/status STOPPED
        DELETE C/offsets
        GET C/offsets
        DELETE N/offsets
        GET /admin/loggers/root
        GET /admin/loggers/no.such.logger
        PUT /admin/loggers/root {"level": "LOUD"}
        PUT /admin/loggers/root {}
        PUT /admin/loggers/root?scope=cluster {"level": "INFO"}
        DELETE C
        DELETE C
        GET C
        GET C/status
        GET /connectors
        """;

    private const string Available = "ours names the classes that it has, and not where Java found them";
    private const string Sentence = "what is wrong is said in words of our own where theirs name classes and places of a parser";

    /// <summary>Calls that are answered with the same status and another body, or with 400 for 500 in other words; each with why.</summary>
    private static readonly Dictionary<string, string> Otherwise = new()
    {
        ["GET /connector-plugins"] = "only MirrorMaker 2's classes run here",
        ["""POST /connectors {"name": "A->B.MirrorSourceConnector"}"""] = Sentence,
        ["POST /connectors {"] = Sentence,
        ["""POST /connectors {"name": "x", "extra": 1, "config": {}}"""] = Sentence,
        ["""POST /connectors {"name": "x", "config": {"a": "b"}}"""] = "settings are named in their order, not in that of a hash table",
        ["""POST /connectors {"name": "x", "config": {"connector.class": "org.example.Nothing"}}"""] = Available,
        ["""POST /connectors {"name": "x", "config": CONFIG, "initial_state": "SLEEPING"}"""] = Sentence,
        ["""PUT C/config {"connector.class": "org.example.Nothing"}"""] = Available,
    };

    [KafkaFact(Slow = true)]
    public async Task A_worker_and_ours_answer_the_same_but_for_what_is_named()
    {
        var pair = await clusters.PairAsync(KafkaDistribution.Require().Version, CancellationToken.None);
        var (theirs, own) = (ClusterPair.Name("theirs"), ClusterPair.Name("own"));
        foreach (var topic in (string[])[theirs, own])
        {
            await pair.Source.Client.CreateTopicAsync(topic, 1, null, CancellationToken.None);
            await pair.Source.Client.GenerateAsync(topic, new GeneratedLoad { Count = 10 }, CancellationToken.None);
        }

        await using var worker = await JavaConnect.StartAsync(pair, ClusterPair.Name("connect"), CancellationToken.None);
        using var folder = new TemporaryFolder("worker");
        var port = FreePorts.Next();
        var file = await JavaConnect.WriteAsync(pair, ClusterPair.Name("ours"), folder, port, CancellationToken.None);
        await using var program = HeliostatProcess.Start(["connect", file]);
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        var (there, here) = (new AskedWorker(worker.Rest, pair, theirs), new AskedWorker(http, pair, own));
        await here.UntilAsync("/connectors", "[");

        List<string> differences = [];
        foreach (var call in Calls.Split('\n'))
        {
            var (said, was) = (await there.DoAsync(call), await here.DoAsync(call));
            // Bad input is answered with 400 where Kafka Connect has 500, and the name of an exception of its own before the sentence.
            var meant = said.StartsWith("500 ", StringComparison.Ordinal)
                ? said.Replace("500", "400", StringComparison.Ordinal)
                    .Replace("org.apache.kafka.connect.runtime.rest.errors.BadRequestException: ", "", StringComparison.Ordinal)
                : said;
            if (Otherwise.ContainsKey(call) ? meant == was || meant[..3] != was[..3] : meant != was)
            {
                differences.Add($"{call}\n  {said}\n  {was}");
            }
        }

        Assert.True(differences.Count == 0, string.Join('\n', differences));
        foreach (var topic in (string[])[theirs, own])
        {
            // Ten, and five more from the offset that was set.
            Assert.Equal(15, (await pair.Target.Client.EndOffsetsAsync("A." + topic, CancellationToken.None))[0]);
        }
    }
}

using System.Diagnostics;
using System.Globalization;
using Heliostat.Testing;
using Heliostat.Testing.Processes;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Scenarios.RealKafka;

/// <summary>MirrorMaker 1 and Heliostat with one message handler of Java, over the same records, each to a target of its own.</summary>
[Collection(RealClusters.Collection)]
public sealed class MessageHandlerTests(RealClusters clusters) : IDisposable
{
    private const string Handler = """
        package com.example;

        import java.nio.charset.StandardCharsets;
        import java.util.ArrayList;
        import java.util.List;
        import kafka.consumer.BaseConsumerRecord;
        import org.apache.kafka.clients.producer.ProducerRecord;

        public class Twice implements kafka.tools.MirrorMaker.MirrorMakerMessageHandler {
            private final byte[] mark;

            public Twice(String mark) {
                this.mark = mark.getBytes(StandardCharsets.UTF_8);
            }

            @Override
            public List<ProducerRecord<byte[], byte[]>> handle(BaseConsumerRecord record) {
                List<ProducerRecord<byte[], byte[]>> made = new ArrayList<>();
                if (record.offset() % 3 != 0) {
                    made.add(new ProducerRecord<>(record.topic(), null, record.timestamp(), record.key(), record.value(),
                        record.headers()));
                }
                if (record.offset() % 5 == 0) {
                    made.add(new ProducerRecord<>(record.topic(), 0, Long.valueOf(record.timestamp() + 1), record.key(), mark));
                }
                return made;
            }
        }
        """;

    private static readonly CancellationToken Ct = CancellationToken.None;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly TemporaryFolder _folder = new("handler");

    [KafkaFact("3.9.1", Slow = true)]
    public async Task One_handler_makes_the_same_records_of_both_also_where_its_JVM_is_killed()
    {
        var kafka = KafkaDistribution.Require("3.9.1");
        var classes = await JavaJar.CompileAsync(_folder, "Twice", Handler, kafka, Ct);
        var pair = await clusters.PairAsync("3.9.1", Ct);
        var topic = ClusterPair.Name("handled");
        await pair.Source.Client.CreateTopicAsync(topic, 1, null, Ct);
        await pair.Target.Client.CreateTopicAsync(topic, 1, null, Ct);
        await pair.Source.Client.GenerateAsync(topic, new() { Count = 30_000, Keys = 50 }, Ct);

        var ours = await ContentAsync(pair, topic, kafka, classes, isOurs: true);
        await pair.Target.Client.DeleteTopicAsync(topic, Ct);
        await Eventually.ValueAsync("the topic to go", Patience, ct => pair.Target.Client.ListTopicsAsync(ct),
            seen => !seen.Contains(topic), Ct);
        await pair.Target.Client.CreateTopicAsync(topic, 1, null, Ct);
        var theirs = await ContentAsync(pair, topic, kafka, classes, isOurs: false);

        Assert.Equal(theirs, ours);
        Assert.Equal(52_000, ours.Length);
    }

    public void Dispose() => _folder.Dispose();

    private async Task<string[]> ContentAsync(ClusterPair pair, string topic, KafkaDistribution kafka, string classes, bool isOurs)
    {
        Dictionary<string, string> environment = new() { ["CLASSPATH"] = classes, ["KAFKA_HOME"] = kafka.Home };
        string[] command = isOurs ? ["dotnet", HeliostatProcess.Program, "mirror-maker"] :
            ["java", "-Xmx256m", "-cp", $"{classes}:{JavaJar.Jars(kafka)}", "kafka.tools.MirrorMaker"];
        var settings = new MirrorSettings { Options = ["--message.handler", "com.example.Twice", "--message.handler.args", "MARK"] };
        await using var mirror = ChildProcess.Start(_folder.File(isOurs ? "ours" : "theirs"),
            [.. command, .. settings.Write(_folder, pair, topic)], environment, separateErrors: false);
        var isKilled = !isOurs;
        await Eventually.ValueAsync(isOurs ? "all of ours to arrive" : "all of theirs to arrive", Patience, async ct =>
        {
            var there = await pair.TargetRecordsAsync(topic, ct);
            if (!isKilled && there > 0 && mirror.Tail().Split("runs as process ") is [_, var process, ..])
            {
                Kill(int.Parse(process.Split('\n')[0], CultureInfo.InvariantCulture));
                await pair.Source.Client.GenerateAsync(topic, new() { First = 30_000, Count = 30_000, Keys = 50 }, ct);
                isKilled = true;
            }

            return isKilled ? there : 0;
        }, seen => seen >= 52_000, Ct);
        mirror.Signal(ProcessSignal.Terminate);
        await mirror.WaitForExitAsync(TimeSpan.FromMinutes(1), Ct);
        return [.. (await pair.Target.Client.ReadAsync(topic, new() { Records = true }, Ct))[0].Records.Select(record => $"{record}")];
    }

    private static void Kill(int process)
    {
        using var java = Process.GetProcessById(process);
        java.Kill();
    }
}

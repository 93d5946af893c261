using System.Text;
using Heliostat.Testing;
using Heliostat.Testing.Clusters;
using Heliostat.Testing.Processes;
using Heliostat.Testing.RealKafka;
using Xunit.Abstractions;

namespace Heliostat.Scenarios.RealKafka.MirrorMaker2;

/// <summary>
/// <c>heliostat.offsets = equal</c>: a Java consumer reads every record at the source's offset, however often the mirror was killed.
/// </summary>
[Collection(RealClusters.Collection)]
public sealed class SameOffsetsTests(RealClusters clusters, ITestOutputHelper output)
{
    private static readonly CancellationToken Ct = CancellationToken.None;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [KafkaFact]
    public async Task Offsets_are_the_same_where_transactions_and_a_late_start_leave_holes() =>
        await KillAsync(await clusters.PairAsync(KafkaDistribution.Require().Version, Ct), kills: 2);

    [KafkaFact(Slow = true)]
    public async Task Killed_twenty_times_it_keeps_the_offsets() =>
        await KillAsync(await clusters.PairAsync(KafkaDistribution.Require().Version, Ct), kills: 20);

    [KafkaFact("3.9.1", Slow = true)]
    public async Task A_target_of_3_9_has_the_offsets_of_its_source()
    {
        var pair = await clusters.PairAsync("3.9.1", Ct);
        await KillAsync(new ClusterPair(pair.Target, pair.Source), kills: 5);
    }

    /// <summary>
    /// Java's console consumer is moved to the other cluster and back by nothing but what it has committed; what it reads in all is what
    /// was committed, in its order.
    /// </summary>
    [KafkaFact(Slow = true)]
    public async Task A_group_goes_on_at_the_next_record_on_the_other_side_and_back()
    {
        await using var pair = await ClusterPair.StartAsync(new(), new(), Ct);
        var (topic, group, random) = (ClusterPair.Name("moved"), ClusterPair.Name("billing"), Seed.New(output));
        await pair.Source.Client.CreateTopicAsync(topic, 1, null, Ct);
        await ProduceAsync(pair.Source, topic, random);
        List<string> read = [.. await ConsumeAsync(pair.Source, topic, group, 10)];
        await MirrorAsync(pair, topic, group, 1);

        read.AddRange(await ConsumeAsync(pair.Target, topic, group, 15));
        await ProduceAsync(pair.Target, topic, random);
        read.AddRange(await ConsumeAsync(pair.Target, topic, group, 20));
        await MirrorAsync(new ClusterPair(pair.Target, pair.Source), topic, group, 2);

        var all = await RecordsAsync(pair.Source.Client, topic);
        Assert.Equal(all, await RecordsAsync(pair.Target.Client, topic));
        read.AddRange(await ConsumeAsync(pair.Source, topic, group, all.Count - read.Count));
        Assert.Equal(all.Select(record => Encoding.UTF8.GetString(Convert.FromHexString(record.Split(' ')[3]))), read);
    }

    private static async Task ProduceAsync(ITestCluster cluster, string topic, Random random)
    {
        await using var producer = await cluster.Client.OpenProducerAsync(new Dictionary<string, string> { ["transactional.id"] = topic },
            Ct);
        for (var i = 0; i < 30; i++)
        {
            await TransactAsync(producer, topic, random);
        }
    }

    private static async Task<IEnumerable<string>> ConsumeAsync(ITestCluster cluster, string topic, string group, int count) =>
        (await ((KafkaCluster)cluster).RunToolAsync(
            "kafka-console-consumer.sh",
            ["--bootstrap-server", cluster.BootstrapServers, "--topic", topic, "--group", group, "--isolation-level", "read_committed",
                "--from-beginning", "--max-messages", $"{count}"], Ct))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static async Task MirrorAsync(ClusterPair pair, string topic, string group, int turn)
    {
        using var folder = new TemporaryFolder("equal");
        await using var mirror = HeliostatProcess.Start(["run", FileOf(pair, topic, group, $"{topic}-{turn}").Write(folder)]);
        var end = (await pair.Source.Client.EndOffsetsAsync(topic, Ct))[0];
        var committed = (await pair.Source.Client.GroupOffsetsAsync(group, topic, Ct))[0];
        await mirror.RunsUntilAsync("both sides and the group to be equal", Patience, async ct =>
            await EndAsync(pair, topic, ct) == end
                && (await pair.Target.Client.GroupOffsetsAsync(group, topic, ct)).GetValueOrDefault(0) == committed, Ct);
        Assert.Equal(0, await mirror.StopAsync(Ct));
    }

    private static FlowFile FileOf(ClusterPair pair, string topic, string group, string worker) => FlowFile.Of(
        pair, ("topics", topic), ("groups", group),
        ("replication.policy.class", "org.apache.kafka.connect.mirror.IdentityReplicationPolicy"), ("A->B.heliostat.offsets", "equal"),
        ("sync.group.offsets.enabled", "true"), ("B.group.id", worker), ("B.offset.storage.topic", $"{worker}-offsets"));

    private async Task KillAsync(ClusterPair pair, int kills)
    {
        var random = Seed.New(output);
        var (topic, group) = (ClusterPair.Name("equal"), ClusterPair.Name("billing"));
        await pair.Source.Client.CreateTopicAsync(topic, 1, null, Ct);
        await pair.Source.Client.GenerateAsync(topic, new() { Count = 5_000 }, Ct);
        await pair.Source.Client.DeleteRecordsAsync(topic, 0, 4_321, Ct);
        await pair.Source.Client.SetGroupOffsetAsync(group, topic, 0, 4_567, Ct);
        using var folder = new TemporaryFolder("equal");
        var file = FileOf(pair, topic, group, topic).Write(folder);
        await using (var producer =
            await pair.Source.Client.OpenProducerAsync(new Dictionary<string, string> { ["transactional.id"] = topic }, Ct))
        {
            for (var kill = 0; kill < kills; kill++)
            {
                await using var mirror = HeliostatProcess.Start(["run", file]);
                var goal = await EndAsync(pair, topic, Ct) + random.Next(1, 100);
                await mirror.RunsUntilAsync("something to be mirrored", Patience, async ct =>
                {
                    await TransactAsync(producer, topic, random);
                    return await EndAsync(pair, topic, ct) >= goal;
                }, Ct);
                mirror.Signal(ProcessSignal.Kill);
                await mirror.WaitForExitAsync(Patience, Ct);
            }
        }

        await using (var last = HeliostatProcess.Start(["run", file]))
        {
            var end = (await pair.Source.Client.EndOffsetsAsync(topic, Ct))[0];
            await last.RunsUntilAsync("both sides to end at the same offset", Patience, async ct =>
                await EndAsync(pair, topic, ct) == end
                    && (await pair.Target.Client.GroupOffsetsAsync(group, topic, ct)).GetValueOrDefault(0) == 4_567, Ct);
            Assert.Equal(0, await last.StopAsync(Ct));
        }

        Assert.Equal(4_321, (await pair.Target.Client.StartOffsetsAsync(topic, Ct))[0]);
        Assert.Equal(await RecordsAsync(pair.Source.Client, topic), await RecordsAsync(pair.Target.Client, topic));
    }

    private static async Task TransactAsync(ITestProducer producer, string topic, Random random)
    {
        await producer.BeginAsync(Ct);
        await producer.SendAsync(topic,
            Enumerable.Range(0, random.Next(1, 6)).Select(i => KafkaRecord.Of($"key-{i}", $"value {random.Next()}", partition: 0)), Ct);
        await (random.Next(4) == 0 ? producer.AbortAsync(Ct) : producer.CommitAsync(Ct));
    }

    private static async Task<List<string>> RecordsAsync(ITestClient client, string topic) =>
    [
        .. (await client.ReadAsync(topic, new() { Records = true }, Ct))[0].Records
            .Select(record =>
                $"{record.Offset} {record.Timestamp} {Convert.ToHexString(record.Key ?? [])} {Convert.ToHexString(record.Value ?? [])}"),
    ];

    private static async Task<long> EndAsync(ClusterPair pair, string topic, CancellationToken ct) =>
        (await pair.Target.Client.ListTopicsAsync(ct)).Contains(topic) ? (await pair.Target.Client.EndOffsetsAsync(topic, ct)).Sum() : 0;
}

using System.Text;
using Heliostat.Testing;
using Heliostat.Testing.Clusters;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Scenarios.RealKafka.MirrorMaker2;

/// <summary>
/// A group a million records behind, over transactions and compacted batches: the next record on the target is the one that would have been
/// next.
/// </summary>
public sealed class ExactOffsetTests
{
    private const string Topic = "ledger";
    private const string Group = "billing";
    private const int Bulk = 1_000_000;
    private static readonly CancellationToken Ct = CancellationToken.None;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [KafkaFact(Slow = true)]
    public async Task A_group_a_million_records_behind_goes_on_at_its_next_record()
    {
        await using var pair = await ClusterPair.StartAsync(new(), new(), Ct);
        await using var theirs = await KafkaCluster.StartAsync(new(), Ct);
        await LedgerAsync(pair.Source.Client);
        var source = (await pair.Source.Client.ReadAsync(Topic, new() { Records = true, Within = Patience }, Ct))[0].Records;
        var committed = source[source.Count / 50].Offset;
        await pair.Source.Client.SetGroupOffsetAsync(Group, Topic, 0, committed, Ct);
        var settings = new[] { ("topics", Topic), ("groups", Group), ("sync.group.offsets.enabled", "true"),
            ("A.consumer.isolation.level", "read_committed") };

        var ours = await OffsetAsync(pair.Target, async ready =>
        {
            await using var flows = RunningFlows.Start(FlowFile.Of(pair, settings));
            await flows.Program.RunsUntilAsync("the group to be put on the target", Patience, ready, Ct);
            Assert.Equal(0, await flows.StopAsync(Ct));
        });
        var mirrorMakers = await OffsetAsync(theirs, async ready =>
        {
            await using var java = JavaMirrorMaker2.Start(FlowFile.Of(pair with { Target = theirs },
                [.. settings, ("offset-syncs.topic.location", "target")]));
            await Eventually.ValueAsync("MirrorMaker 2 to put the group on its target", Patience, ready, done => done, Ct);
            await java.StopAsync(Ct);
        });

        var target = (await pair.Target.Client.ReadAsync("A." + Topic, new() { Records = true, Within = Patience }, Ct))[0].Records;
        Assert.True(source.Count(r => r.Offset >= committed) > Bulk / 2, "compaction left too little to be far behind");
        Assert.Equal(Next(source, committed), Next(target, ours));
        Assert.True(mirrorMakers <= ours, $"MirrorMaker 2 says {mirrorMakers}, the exact place is {ours}");
        Assert.True(ours - mirrorMakers > 0, $"MirrorMaker 2 is exact too, at {mirrorMakers}");
    }

    private static async Task<long> OffsetAsync(ITestCluster target, Func<Func<CancellationToken, Task<bool>>, Task> run)
    {
        var mirror = "A." + Topic;
        long end = -1;
        await run(async ct =>
        {
            if (!(await target.Client.ListTopicsAsync(ct)).Contains(mirror))
            {
                return false;
            }

            // Written when all has arrived: what is written before that can only be earlier.
            var now = (await target.Client.EndOffsetsAsync(mirror, ct))[0];
            var settled = now == end && now > Bulk / 2;
            end = now;
            return settled && (await target.Client.GroupOffsetsAsync(Group, mirror, ct)).Count > 0;
        });
        return (await target.Client.GroupOffsetsAsync(Group, mirror, Ct))[0];
    }

    private static string Next(IReadOnlyList<KafkaRecord> records, long offset) => records.First(r => r.Offset >= offset).ToString();

    /// <summary>Transactions, some aborted, a million records of which compaction takes some, and transactions again.</summary>
    private static async Task LedgerAsync(ITestClient client)
    {
        await client.CreateTopicAsync(Topic, 1, new Dictionary<string, string>
        {
            ["cleanup.policy"] = "compact",
            ["segment.bytes"] = "1048576",
            ["min.cleanable.dirty.ratio"] = "0.01"
        }, Ct);
        await TransactionsAsync(client, "early");
        await client.GenerateAsync(Topic, new() { Count = Bulk, Keys = 900_000, ValueBytes = 20 }, Ct);
        await TransactionsAsync(client, "late");
        await client.GenerateAsync(Topic, new() { First = Bulk, Count = 200_000, Keys = 900_000, ValueBytes = 20 }, Ct);
        var full = (await client.EndOffsetsAsync(Topic, Ct))[0];
        await Eventually.ValueAsync(
            "compaction", Patience, async ct => (await client.ReadAsync(Topic, new() { Within = Patience }, ct))[0].Count,
            count => count < full - 50_000, Ct);
        await client.AlterTopicAsync(Topic, new Dictionary<string, string> { ["cleanup.policy"] = "delete", ["retention.ms"] = "-1" }, Ct);
    }

    private static async Task TransactionsAsync(ITestClient client, string name)
    {
        await using var producer = await client.OpenProducerAsync(new Dictionary<string, string> { ["transactional.id"] = name }, Ct);
        for (var i = 0; i < 100; i++)
        {
            await producer.BeginAsync(Ct);
            await producer.SendAsync(Topic, Enumerable.Range(0, 5)
                .Select(n => new KafkaRecord { Key = Encoding.ASCII.GetBytes($"{name}-{i}-{n}"), Value = [1], Partition = 0 }), Ct);
            await (i % 7 == 6 ? producer.AbortAsync(Ct) : producer.CommitAsync(Ct));
        }
    }
}

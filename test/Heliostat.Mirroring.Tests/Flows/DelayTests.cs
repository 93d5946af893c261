using Heliostat.Broker;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Flows;
using Heliostat.Testing;
using Heliostat.Testing.RealKafka;
using Heliostat.Testing.Time;
using Heliostat.Transport.Network;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit.Abstractions;

namespace Heliostat.Mirroring.Tests.Flows;

/// <summary>Flows that stay behind their source (<c>heliostat.delay</c>).</summary>
public sealed class DelayTests(ITestOutputHelper output)
{
    private const int RecordCount = 10_000;
    private const int PartitionCount = 2;

    private static readonly TimeSpan Delay = TimeSpan.FromHours(1);
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(2);
    private static readonly CancellationToken Ct = CancellationToken.None;

    [Fact]
    public void Ten_thousand_records_arrive_an_hour_old_not_sooner_and_two_seconds_later_at_most()
    {
        var clock = new SimulatedClock();
        OneThread.Run(clock, order: null, () => RunAsync(clock, Seed.New(output)));
    }

    [Fact]
    public async Task What_is_too_young_is_lag_and_no_trouble_and_groups_follow_what_is_there()
    {
        const string Delayed = "A->B.enabled = true\nA->B.sync.group.offsets.enabled = true\nA->B.heliostat.delay = orders:1h, .*:0";
        await using var bench = await FlowBench.StartAsync("A", "B");
        foreach (var topic in (string[])["orders", "other"])
        {
            await bench.Client("A").CreateTopicAsync(topic, 1, null, Ct);
            await LoadAsync(bench, topic, TimeSpan.FromHours(2));
            await LoadAsync(bench, topic, TimeSpan.Zero);
        }

        await bench.Client("A").SetGroupOffsetAsync("behind", "orders", 0, 5, Ct);
        await bench.Client("A").SetGroupOffsetAsync("ahead", "orders", 0, 15, Ct);

        await bench.RunUntilAsync(Delayed, "what is old enough to arrive", async snapshot =>
            await bench.EndAsync("B", "A.orders") == 10 && await bench.EndAsync("B", "A.other") == 20
            && (await bench.Client("B").GroupOffsetsAsync("behind", "A.orders", Ct)).GetValueOrDefault(0, -1) == 5
            && snapshot.Flows[0] is { Troubles.Count: 0, Lanes: { RunningLanes: > 1, LagRecords: 10, Paused.Count: 0 } });

        Assert.InRange((await bench.Client("B").GroupOffsetsAsync("ahead", "A.orders", Ct)).GetValueOrDefault(0, -1), -1, 10);
    }

    private static async Task LoadAsync(FlowBench bench, string topic, TimeSpan age)
    {
        var at = (TimeProvider.System.GetUtcNow() - age).ToUnixTimeMilliseconds();
        await bench.Client("A").ProduceAsync(topic, Enumerable.Range(0, 10).Select(i => KafkaRecord.Of($"key-{i}", $"value-{i}", 0, at)),
            new Dictionary<string, string>(), Ct);
    }

    private static async Task RunAsync(SimulatedClock clock, Random random)
    {
        var network = new MemoryNetwork(clock) { Delay = _ => TimeSpan.FromMicroseconds(random.Next(50, 2_000)) };
        await using var source = await SimulatedWriter.ClusterAsync(
            "10.1.0.1", brokers: 1, [new EmbeddedTopic("orders", PartitionCount)], clock, network, random);
        await using var target = await SimulatedWriter.ClusterAsync("10.2.0.1", brokers: 1, [], clock, network, random);
        List<(DateTimeOffset Due, long End)>[] due = [[], []];
        var loading = new Load(clock, network, random).RunAsync(source, due);
        var watch = new Watch(clock, target, due);
        var begun = clock.GetUtcNow();
        await loading;
        await Task.Delay(begun + Delay - TimeSpan.FromMinutes(2) - clock.GetUtcNow(), clock);

        await using (var first = Life.Begin(clock, network, random, source, target))
        {
            await watch.UntilAsync(begun + Delay - TimeSpan.FromSeconds(30));
            var flow = first.Engine.Snapshot(withLanes: true).Flows[0];
            Assert.Empty(flow.Troubles);
            Assert.Equal((PartitionCount, RecordCount), (flow.Lanes.RunningLanes, flow.Lanes.LagRecords));
            Assert.Equal(due.Select(of => (DateTimeOffset?)of[0].Due), flow.ByLane.Select(lane => lane.DelayedUntil));
            await watch.UntilAsync(begun + Delay + TimeSpan.FromMinutes(3));
        }

        watch.Excused = clock.GetUtcNow() + TimeSpan.FromSeconds(15);
        await using (Life.Begin(clock, network, random, source, target))
        {
            await watch.UntilAsync(due.Max(of => of[^1].Due) + Slack);
        }

        Assert.Equal(RecordCount, Enumerable.Range(0, PartitionCount).Sum(partition => target.LogEndOffset("A.orders", partition)));
    }

    /// <summary>
    /// Looks again and again at where the target ends: there is all that was due two seconds ago, and nothing that is not due.
    /// </summary>
    private sealed class Watch(SimulatedClock clock, EmbeddedCluster target, List<(DateTimeOffset Due, long End)>[] due)
    {
        /// <summary>A mirror that was just started may be late until then.</summary>
        public DateTimeOffset Excused { get; set; }

        public async Task UntilAsync(DateTimeOffset end)
        {
            while (clock.GetUtcNow() is var now && now < end)
            {
                for (var partition = 0; partition < due.Length; partition++)
                {
                    var there = target.HasTopic("A.orders") ? target.LogEndOffset("A.orders", partition) : 0;
                    Assert.InRange(there, now < Excused ? 0 : EndAt(partition, now - Slack), EndAt(partition, now));
                }

                await Task.Delay(TimeSpan.FromMilliseconds(50), clock);
            }
        }

        private long EndAt(int partition, DateTimeOffset at) => due[partition].LastOrDefault(batch => batch.Due <= at).End;
    }

    /// <summary>Writes all records within some ten minutes, in batches that span a tenth of a second.</summary>
    private sealed class Load(SimulatedClock clock, MemoryNetwork network, Random random)
    {
        public async Task RunAsync(EmbeddedCluster source, List<(DateTimeOffset Due, long End)>[] due)
        {
            await using (var writer = new SimulatedWriter(source, PartitionCount, clock, network, random))
            {
                await WriteAsync(writer, due);
            }

            Assert.Equal(RecordCount, Enumerable.Range(0, PartitionCount).Sum(partition => source.LogEndOffset("orders", partition)));
        }

        private async Task WriteAsync(SimulatedWriter writer, List<(DateTimeOffset Due, long End)>[] due)
        {
            for (var left = RecordCount; left > 0;)
            {
                var partition = random.Next(PartitionCount);
                var count = Math.Min(left, random.Next(1, 20));
                var end = due[partition].Count == 0 ? 0 : due[partition][^1].End;
                (long Timestamp, string Value)[] records = [.. Enumerable.Range(0, count).Select(i =>
                    (clock.GetUtcNow().ToUnixTimeMilliseconds() - random.Next(100), $"{end + i}"))];
                writer.Write(partition, end, records);
                var at = DateTimeOffset.FromUnixTimeMilliseconds(records.Max(record => record.Timestamp)) + Delay;
                due[partition].Add((due[partition].Count > 0 && due[partition][^1].Due > at ? due[partition][^1].Due : at, end + count));
                left -= count;
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(100, 1_000)), clock);
            }
        }
    }

    /// <summary>One life of a mirror.</summary>
    private sealed class Life : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private Task<MirrorOutcome> _running = null!;

        public required MirrorEngine Engine { get; init; }

        public static Life Begin(SimulatedClock clock, MemoryNetwork network, Random random, EmbeddedCluster source, EmbeddedCluster target)
        {
            var file = Configurations.Read($"""
                clusters = A, B
                A.bootstrap.servers = {source.BootstrapServers}
                B.bootstrap.servers = {target.BootstrapServers}
                A->B.enabled = true
                A->B.topics = orders
                A->B.groups =
                A->B.tasks.max = 1
                A->B.heliostat.delay = 1h
                replication.factor = 1
                offset-syncs.topic.replication.factor = 1
                checkpoints.topic.replication.factor = 1
                heartbeats.topic.replication.factor = 1
                offset.storage.replication.factor = 1
                emit.heartbeats.enabled = false
                sync.topic.acls.enabled = false
                """).ToFile();
            var life = new Life
            {
                Engine = new MirrorEngine([.. file.Flows.Select(flow => flow.On(network, random))],
                new EngineOptions { MemoryBudgetBytes = 64 << 20 }, clock, NullLoggerFactory.Instance)
            };
            life._running = life.Engine.RunAsync(life._stop.Token, CancellationToken.None);
            return life;
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelSoonAsync();
            Assert.Equal(MirrorEnd.Stopped, (await _running).End);
            _stop.Dispose();
        }
    }
}

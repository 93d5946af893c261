using System.Net;
using Heliostat.Broker;
using Heliostat.Configuration.Dialects.Quick;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Flows;
using Heliostat.Testing;
using Heliostat.Testing.Time;
using Heliostat.Transport.Network;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit.Abstractions;

namespace Heliostat.Mirroring.Tests.Flows;

/// <summary>Links that stay up and carry nothing, without an end; new ones work.</summary>
public sealed class SilentLinksTests(ITestOutputHelper output)
{
    private const int PartitionCount = 6;
    private static readonly CancellationToken Ct = CancellationToken.None;
    private static readonly IPAddress Machine = IPAddress.Parse("10.3.0.1");
    private static readonly TimeSpan LongestUnnamed = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestStill = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("group", true, true)]
    [InlineData("group", true, false)]
    [InlineData("group", false, true)]
    [InlineData("topic", true, true)]
    [InlineData("topic", true, false)]
    [InlineData("topic", false, true)]
    [InlineData("transaction", true, true)]
    [InlineData("transaction", true, false)]
    [InlineData("transaction", false, true)]
    public void All_go_on_over_new_links_and_say_why_they_stood_still(string way, bool ofSource, bool ofTarget)
    {
        var clock = new SimulatedClock();
        OneThread.Run(clock, order: null, () => RunAsync(new Scene(clock, Seed.New(output)), way, ofSource, ofTarget));
    }

    private async Task RunAsync(Scene scene, string way, bool ofSource, bool ofTarget)
    {
        await using var source = await scene.ClusterAsync("10.1.0.1", [new EmbeddedTopic("orders", PartitionCount, 3)]);
        await using var target = await scene.ClusterAsync("10.2.0.1", []);
        using var stop = new CancellationTokenSource();
        var loading = scene.LoadAsync(source, stop.Token);
        var engine = new MirrorEngine([Flow(way, source, target, scene)], new EngineOptions { MemoryBudgetBytes = 64 << 20 }, scene.Clock,
            NullLoggerFactory.Instance);
        var running = engine.RunAsync(stop.Token, Ct);
        await scene.UntilAsync("all lanes to run", TimeSpan.FromMinutes(1),
            () => AreAt(engine, [.. Enumerable.Repeat(1L, PartitionCount)]));
        await Task.Delay(TimeSpan.FromSeconds(10.3), scene.Clock, Ct);

        scene.Strand(ofSource ? source : null, ofTarget ? target : null);
        var stranded = scene.Clock.Elapsed;
        await scene.UntilAsync("a cause", LongestUnnamed, () => Cause(engine).Length > 0);
        output.WriteLine($"named within {scene.Clock.Elapsed - stranded}: {Cause(engine)}");
        long[] still = [.. Positions(engine).Select(position => position + 1)];
        await scene.UntilAsync("all lanes to go on", LongestStill, () => AreAt(engine, still),
            () => $"{Cause(engine)}; {string.Join(' ', Positions(engine))} of {string.Join(' ', still)}");
        output.WriteLine($"all went on within {scene.Clock.Elapsed - stranded}");

        await stop.CancelSoonAsync();
        await running;
        await loading;
    }

    private static string Cause(MirrorEngine engine)
    {
        var flow = engine.Snapshot(withLanes: true).Flows[0];
        return string.Join("; ", flow.Troubles.Select(trouble => $"{trouble}").Concat(flow.Lanes.Paused.Select(lane => $"{lane}")));
    }

    /// <summary>What is before these source offsets was acknowledged.</summary>
    private static bool AreAt(MirrorEngine engine, long[] offsets) =>
        Positions(engine) is { Length: PartitionCount } positions && positions.Zip(offsets).All(lane => lane.First >= lane.Second);

    private static long[] Positions(MirrorEngine engine) =>
        [.. engine.Snapshot(withLanes: true).Flows[0].ByLane.Where(lane => lane.Topic == "orders").Select(lane => lane.Position ?? -1)];

    private static FlowOptions Flow(string way, EmbeddedCluster source, EmbeddedCluster target, Scene scene)
    {
        var network = scene.Network.From(Machine);
        return way == "group"
            ? QuickMirror.Translate(new QuickMirrorOptions
            {
                From = source.BootstrapServers,
                To = target.BootstrapServers,
                Topics = "orders",
                Group = "mirror",
                ConsumerProperties = ["session.timeout.ms=6000", "heartbeat.interval.ms=1000", "metadata.max.age.ms=5000"],
                MemoryBudgetBytes = 64 << 20,
            }).Flow.On(network, scene.Random)
            : Configurations.Read($"""
                clusters = A, B
                A.bootstrap.servers = {source.BootstrapServers}
                B.bootstrap.servers = {target.BootstrapServers}
                A->B.enabled = true
                A->B.topics = orders
                A->B.groups =
                A->B.tasks.max = 1
                replication.factor = 3
                offset-syncs.topic.replication.factor = 3
                offset.storage.replication.factor = 3
                emit.checkpoints.enabled = false
                emit.heartbeats.enabled = false
                sync.topic.acls.enabled = false
                B.offset.flush.interval.ms = 1000
                B.exactly.once.source.support = {(way == "transaction" ? "enabled" : "disabled")}
                """).ToFile().Flows[0].On(network, scene.Random);
    }

    /// <summary>The clock, the network, and what is written.</summary>
    private sealed class Scene(SimulatedClock clock, Random random)
    {
        public SimulatedClock Clock => clock;

        public Random Random => random;

        /// <summary>So long that several requests are under way on each link.</summary>
        public MemoryNetwork Network { get; } = new(clock) { Delay = _ => TimeSpan.FromMilliseconds(random.Next(20, 80)) };

        public Task<EmbeddedCluster> ClusterAsync(string address, EmbeddedTopic[] topics) =>
            SimulatedWriter.ClusterAsync(address, brokers: 3, topics, clock, Network, random);

        /// <summary>What the mirror is connected by now carries nothing any more.</summary>
        public void Strand(params EmbeddedCluster?[] clusters)
        {
            var addresses = clusters.OfType<EmbeddedCluster>().Select(one => IPEndPoint.Parse(one.BootstrapServers.Split(',')[0]).Address);
            foreach (var link in Network.Connections.Where(link => link.Client.Address.Equals(Machine)
                && addresses.Contains(link.Server.Address)))
            {
                (link.HoldsToServer, link.HoldsToClient) = (true, true);
            }
        }

        public async Task UntilAsync(string what, TimeSpan within, Func<bool> isSo, Func<string>? saying = null)
        {
            for (var end = clock.Elapsed + within; !isSo();)
            {
                Assert.True(clock.Elapsed < end, $"{what}: not within {within}: {saying?.Invoke()}");
                await Task.Delay(TimeSpan.FromMilliseconds(50), clock, Ct);
            }
        }

        /// <summary>A record for each partition fifty times a second, until cancelled.</summary>
        public async Task LoadAsync(EmbeddedCluster source, CancellationToken ct)
        {
            await using var writer = new SimulatedWriter(source, PartitionCount, clock, Network, random);
            for (var number = 0; !ct.IsCancellationRequested; number++)
            {
                for (var partition = 0; partition < PartitionCount; partition++)
                {
                    writer.Write(partition, number, [(clock.GetUtcNow().ToUnixTimeMilliseconds(), $"{number}")]);
                }

                await Task.Delay(TimeSpan.FromMilliseconds(20), clock, Ct);
            }
        }
    }
}

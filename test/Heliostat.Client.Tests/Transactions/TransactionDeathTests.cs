using Heliostat.Client.Tests.Producing;
using Heliostat.Testing.Clusters;
using Heliostat.Testing.Embedded;
using Heliostat.Testing.RealKafka;
using Xunit.Abstractions;

namespace Heliostat.Client.Tests.Transactions;

/// <summary>Transactions while their owners, leaders and coordinators die, on embedded brokers and on Apache Kafka.</summary>
public sealed class TransactionDeathTests(ITestOutputHelper output)
{
    private const int Lanes = 4;

    /// <summary>2001: older than any producer.id.expiration.ms.</summary>
    private const long Old = 1_000_000_000_000;

    private static CancellationToken Deadline => new CancellationTokenSource(TimeSpan.FromMinutes(8), TimeProvider.System).Token;

    [Theory]
    [EmbeddedData(true)]
    [KafkaData("4.3.1", false)]
    [KafkaData("4.3.1", true)]
    [KafkaData("3.9.1", true)]
    public async Task A_broker_that_restarts_during_a_transaction_loses_and_doubles_nothing(string kind, bool isKilled)
    {
        var ct = Deadline;
        await using var cluster = await TestClusters.StartAsync(kind, brokers: 1, ct);
        await ClusterMirror.CreateTopicsAsync(cluster, Lanes, ct);
        await using var mirror = await ClusterMirror.TakeOverAsync(cluster, Lanes, ct);
        var running = mirror.RunAsync(until: 60_000, TimeSpan.FromMilliseconds(50), ct);
        for (var round = 0; round < 2; round++)
        {
            var commits = mirror.Transaction.Snapshot().Commits;
            await ProducerFixture.UntilAsync("it commits", () => mirror.Transaction.Snapshot().Commits > commits + 3);
            if (isKilled) await cluster.KillBrokerAsync(1, ct);
            else await cluster.StopBrokerAsync(1, ct);
            await cluster.StartBrokerAsync(1, ct);
        }

        await running;

        output.WriteLine($"{mirror.Transaction.Snapshot()}\n{mirror.Producer.Producer.Snapshot()}");
        await ClusterMirror.VerifyAsync(cluster, "60000, 60000, 60000, 60000", ct);
    }

    /// <summary>
    /// What was sent before and not acknowledged is sent again under its sequence: the restarted leader still knows a producer whose
    /// transaction is open.
    /// </summary>
    [KafkaFact]
    public async Task Answers_lost_before_a_restart_double_nothing_even_of_old_records()
    {
        var ct = Deadline;
        await using var cluster = await KafkaCluster.StartAsync(new KafkaClusterOptions(), ct);
        await ClusterMirror.CreateTopicsAsync(cluster, 1, ct);
        await using var mirror = await ClusterMirror.TakeOverAsync(cluster, 1, ct);
        await mirror.RunAsync(until: 10, TimeSpan.FromMilliseconds(10), ct);
        mirror.Enqueue(0, 10, timestamp: Old);
        await ProducerFixture.UntilAsync("the connection is trusted", () => mirror.Lanes[0].Sink.Position == 15);

        mirror.Producer.Network.Lose();
        for (var first = 15; first < 100; first += 5) mirror.Enqueue(0, first, timestamp: Old);
        await ProducerFixture.UntilAsync("five batches are appended and their answers lost", () => mirror.Producer.Network.Lost == 5);
        await cluster.StopBrokerAsync(1, ct);
        await cluster.StartBrokerAsync(1, ct);
        mirror.Producer.Network.Heal();
        await ProducerFixture.UntilAsync("all acknowledged", () => mirror.Lanes[0].Sink.Position == 100);
        await mirror.CommitAsync(ct);

        await ClusterMirror.VerifyAsync(cluster, "100", ct);
        Assert.Equal(0, mirror.Producer.Producer.Snapshot().Doubled);
    }

    [Theory]
    [EmbeddedData]
    [KafkaData("4.3.1")]
    public async Task Coordinator_and_leaders_that_move_under_load_lose_and_double_nothing(string kind)
    {
        var ct = Deadline;
        await using var cluster = await TestClusters.StartAsync(kind, brokers: 2, ct);
        await ClusterMirror.CreateTopicsAsync(cluster, Lanes, ct);
        await using var mirror = await ClusterMirror.TakeOverAsync(cluster, Lanes, ct);
        var running = mirror.RunAsync(until: 60_000, TimeSpan.FromMilliseconds(20), ct);
        for (var round = 0; round < 6; round++)
        {
            await MoveCoordinatorAsync(cluster, 1 + (round % 2), ct);
            await cluster.Client.MoveLeaderAsync(ClusterMirror.Topic, round % Lanes, 1 + (round / Lanes % 2), ct);
            await cluster.Client.MoveLeaderAsync(ClusterMirror.PositionsTopic, 0, 1 + (round % 2), ct);
        }

        await cluster.KillBrokerAsync(2, ct);
        await cluster.StartBrokerAsync(2, ct);
        await running;

        output.WriteLine($"{mirror.Transaction.Snapshot()}\n{mirror.Producer.Producer.Snapshot()}");
        await ClusterMirror.VerifyAsync(cluster, "60000, 60000, 60000, 60000", ct);
    }

    /// <summary>All of it at once: owners are killed and overtaken, brokers killed, answers lost.</summary>
    [Theory]
    [EmbeddedData]
    [KafkaData("4.3.1")]
    [KafkaData("3.9.1")]
    public async Task Owners_and_brokers_that_die_leave_each_record_once(string kind)
    {
        var ct = Deadline;
        await using var cluster = await TestClusters.StartAsync(kind, brokers: 2, ct);
        await ClusterMirror.CreateTopicsAsync(cluster, Lanes, ct);
        var random = new Random(11);
        var each = cluster.IsEmbedded ? 5_000 : 1_000;
        var left = new List<(ClusterMirror Mirror, Task Running)>();
        for (var owner = 1; owner <= 8; owner++)
        {
            var mirror = await ClusterMirror.TakeOverAsync(cluster, Lanes, ct);
            mirror.Producer.Network.Intercept = _ => random.Next(10) == 0 ? CoordinatorFault.AnswerLost : CoordinatorFault.None;
            var running = mirror.RunAsync(until: owner * each, TimeSpan.FromMilliseconds(20), ct);
            var commits = mirror.Transaction.Snapshot().Commits;
            await ProducerFixture.UntilAsync("it commits",
                () => running.IsCompleted || mirror.Transaction.Snapshot().Commits > commits + 2);
            if (owner % 3 == 0)
            {
                await cluster.KillBrokerAsync(1 + (owner / 3 % 2), ct);
                await cluster.StartBrokerAsync(1 + (owner / 3 % 2), ct);
            }

            // Every other one is left running when the next takes over; the rest are killed.
            left.Add((mirror, running));
            if (owner % 2 == 0) await mirror.DisposeAsync();
        }

        await using var last = await ClusterMirror.TakeOverAsync(cluster, Lanes, ct);
        await last.RunAsync(until: 10 * each, TimeSpan.FromMilliseconds(20), ct);

        await ClusterMirror.VerifyAsync(cluster, $"{10 * each}, {10 * each}, {10 * each}, {10 * each}", ct);
        for (var owner = 0; owner < left.Count; owner++)
        {
            if (owner % 2 == 0) await left[owner].Mirror.DisposeAsync();

            // One that was quick had everything over before it was overtaken.
            if (!left[owner].Running.IsCompletedSuccessfully) await Assert.ThrowsAnyAsync<Exception>(() => left[owner].Running);
        }
    }

    private static async Task MoveCoordinatorAsync(ITestCluster cluster, int broker, CancellationToken ct)
    {
        if (cluster.IsEmbedded)
        {
            // It is on one of the brokers that run.
            await cluster.StopBrokerAsync(3 - broker, ct);
            await cluster.StartBrokerAsync(3 - broker, ct);
            return;
        }

        for (var partition = 0; partition < 5; partition++)
            await cluster.Client.MoveLeaderAsync("__transaction_state", partition, broker, ct);
    }
}

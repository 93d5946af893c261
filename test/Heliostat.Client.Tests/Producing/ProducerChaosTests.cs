using Heliostat.Client.Producing;
using Heliostat.Testing;
using Xunit.Abstractions;

namespace Heliostat.Client.Tests.Producing;

/// <summary>The whole producer against brokers that die, cut, hold, fail and hand partitions over; the seed is printed.</summary>
public sealed class ProducerChaosTests(ITestOutputHelper output)
{
    private const int Brokers = 3;
    private const int Partitions = 12;
    private const int BatchesEach = 400;

    [Theory]
    [InlineData((short)13)]
    [InlineData((short)9)]
    [InlineData((short)3)]
    public async Task Everything_arrives_once_and_in_order(short version)
    {
        var seed = Seed.Next();
        output.WriteLine($"HELIOSTAT_SEED={seed}");
        var random = new Random(seed);
        var cluster = new FakeCluster(Brokers) { Version = version, Hints = random.Next(2) == 0 };
        TopicPartition[] targets = [.. Enumerable.Range(0, Partitions)
            .Select(number => new TopicPartition($"topic{number % 3}", number / 3))];
        foreach (var target in targets) cluster.Create(target, random.Next(Brokers));
        await using var fixture = new ProducerFixture(cluster, new ProducerOptions { MaxRequestBytes = TestBatches.Size * 5 });
        var opened = targets.Select(fixture.Open).ToList();

        var produced = 0;
        for (var step = 0; produced < BatchesEach || step < 300; step++)
        {
            if (produced < BatchesEach)
            {
                foreach (var (partition, _) in opened) fixture.Enqueue(partition, produced * 2, 4);
                produced += 4;
            }

            cluster.Intercept = random.Next(3) == 0 ? Fail(new Random(seed + step)) : null;
            Disturb(cluster, random, targets);
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(6)), TimeProvider.System);
        }

        cluster.Intercept = null;
        cluster.PublishMetadata();
        for (var broker = 0; broker < Brokers; broker++)
        {
            cluster.Start(broker);
            cluster.Release(broker);
        }

        Assert.True(await fixture.Producer.DrainAsync(TimeSpan.FromSeconds(30), CancellationToken.None), Describe(opened));
        foreach (var target in targets) fixture.AssertHolds(target, BatchesEach * 2);
        Assert.All(opened, one => Assert.Equal(BatchesEach * 2, one.Sink.Position));
        output.WriteLine(fixture.Producer.Snapshot().ToString());
    }

    private static string Describe(IEnumerable<(ProducerPartition Partition, RecordingSink Sink)> opened) =>
        string.Join('\n', opened.Select(one => $"{one.Partition.Target} at {one.Sink.Position}: {one.Partition.Snapshot()}"));

    private static void Disturb(FakeCluster cluster, Random random, TopicPartition[] targets)
    {
        var broker = random.Next(Brokers);
        switch (random.Next(8))
        {
            case 0:
                cluster.Cut(broker, random.Next(6));
                break;
            case 1:
                cluster.Hold(broker);
                break;
            case 2:
                cluster.Release(broker);
                break;
            case 3:
                cluster.Stop(broker);
                break;
            case 4 or 5:
                cluster.Start(broker);
                break;
            default:
                cluster.MoveLeader(targets[random.Next(targets.Length)], broker);
                break;
        }
    }

    private static Func<TopicPartition, long, (ErrorCode Code, bool Append)> Fail(Random random) => (_, _) => random.Next(10) switch
    {
        0 => (ErrorCode.NotEnoughReplicas, false),
        1 => (ErrorCode.RequestTimedOut, true),
        2 => (ErrorCode.KafkaStorageError, false),
        _ => (ErrorCode.None, true),
    };
}

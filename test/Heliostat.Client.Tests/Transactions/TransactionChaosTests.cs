using Heliostat.Client.Tests.Producing;
using Heliostat.Testing;
using Xunit.Abstractions;

namespace Heliostat.Client.Tests.Transactions;

/// <summary>
/// Owners that mirror in transactions while brokers die, cut, hold, refuse and hand partitions over, the coordinator loses answers and does
/// things late, and owners are killed or overtaken while they run. Whatever happens, what is committed is each record once, in order, and
/// with each transaction the position that belongs to its data.
/// </summary>
public sealed class TransactionChaosTests(ITestOutputHelper output)
{
    private const int Brokers = 3;
    private const int Lanes = 6;
    private const int Runs = 6;
    private const long Total = 400;

    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Everything_is_committed_once_and_in_order_with_its_positions(bool leadersVerify)
    {
        var first = Seed.Next();
        var runs = Environment.GetEnvironmentVariable("RUNS") is { } many ? int.Parse(many, null)
            : Environment.GetEnvironmentVariable("HELIOSTAT_SEED") is null ? Runs
            : 1;
        await Parallel.ForEachAsync(Enumerable.Range(first, runs), new ParallelOptions { MaxDegreeOfParallelism = 3 }, async (seed, _) =>
        {
            try
            {
                await RunAsync(seed, leadersVerify);
            }
            catch
            {
                output.WriteLine($"HELIOSTAT_SEED={seed} failed");
                throw;
            }
        });
    }

    private async Task RunAsync(int seed, bool leadersVerify)
    {
        var random = new Random(seed);
        var cluster = new FakeCluster(Brokers)
        {
            Version = (short)random.Next(3, 14),
            Hints = random.Next(2) == 0,
            Verifies = leadersVerify
        };
        TopicPartition[] targets = [.. Enumerable.Range(0, Lanes)
            .SelectMany(lane => new TopicPartition[] { new("data", lane), new("positions", lane) })];
        foreach (var target in targets) cluster.Create(target, random.Next(Brokers));
        cluster.Transactions.MarkersTake = random.Next(4);
        cluster.Transactions.IsOld = random.Next(4) == 0;
        var coordinator = new Random(seed + 1);
        cluster.Transactions.Intercept = _ => (CoordinatorFault)(coordinator.Next(8) == 0 ? coordinator.Next(5) : 0);

        var owners = new List<(ChaosMirror Mirror, Task Running)>();
        var started = TimeProvider.System.GetTimestamp();
        var isCalm = false;
        for (var step = 0; !owners.Any(owner => owner.Mirror.IsDone); step++)
        {
            var elapsed = TimeProvider.System.GetElapsedTime(started);
            if (elapsed > Deadline) Assert.Fail($"no progress: {string.Join('\n', owners[^1].Mirror.Log.Lines.TakeLast(5))}");
            if (!isCalm && elapsed > Calm) isCalm = BecomeCalm(cluster);
            if (owners.Count == 0 || owners[^1].Running.IsCompleted || (!isCalm && random.Next(60) == 0))
            {
                // The one before may still run: it is not asked.
                var mirror = new ChaosMirror(cluster, Lanes, Total, seed + step);
                owners.Add((mirror, mirror.RunAsync()));
            }

            if (!isCalm)
            {
                if (random.Next(120) == 0) await owners[^1].Mirror.KillAsync();
                if (random.Next(300) == 0) cluster.Transactions.Expire();
                cluster.Intercept = random.Next(3) == 0 ? Fail(new Random(seed + step)) : null;
                Disturb(cluster, random, targets);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(6)), TimeProvider.System);
        }

        BecomeCalm(cluster);
        foreach (var (mirror, _) in owners) await mirror.KillAsync();
        await Task.WhenAll(owners.Select(owner => owner.Running));
        cluster.Transactions.Settle();
        Check(cluster);
        output.WriteLine(
            $"{owners.Count} owners, {owners.Sum(owner => owner.Mirror.Commits)} commits, "
                + $"{cluster.Transactions.Transaction - 1} transactions");
        foreach (var cause in owners.SelectMany(owner => owner.Mirror.Log.Lines)
            .Where(line => line.StartsWith("Warning", StringComparison.Ordinal)).Take(5)) output.WriteLine(cause);
        cluster.Frames.ThrowIfRented();
        foreach (var (mirror, _) in owners) await mirror.DisposeAsync();
    }

    private static void Check(FakeCluster cluster)
    {
        for (var lane = 0; lane < Lanes; lane++)
        {
            var data = cluster.Log(new("data", lane));
            var (next, expected) = (0L, new Dictionary<long, long>());
            foreach (var (first, end, transaction) in data.Committed)
            {
                Assert.True(first == next, $"lane {lane}: {first} follows {next} in transaction {transaction}");
                expected[transaction] = next = end;
            }

            Assert.Equal(Total, next);
            var last = 0L;
            foreach (var (position, _, transaction) in cluster.Log(new("positions", lane)).Committed)
            {
                var belongs = expected.GetValueOrDefault(transaction, last);
                Assert.True(position == belongs,
                    $"lane {lane}: position {position} in transaction {transaction}, whose data ends at {belongs}");
                last = position;
            }

            Assert.Equal(Total, last);
            Assert.Equal(0, data.OpenBatches);
        }
    }

    private static bool BecomeCalm(FakeCluster cluster)
    {
        cluster.Intercept = null;
        cluster.Transactions.Intercept = null;
        cluster.PublishMetadata();
        for (var broker = 0; broker < Brokers; broker++)
        {
            cluster.Start(broker);
            cluster.Release(broker);
        }

        return true;
    }

    private static void Disturb(FakeCluster cluster, Random random, TopicPartition[] targets)
    {
        var broker = random.Next(Brokers);
        switch (random.Next(12))
        {
            case 0:
                cluster.Cut(broker, random.Next(6));
                break;
            case 1:
                cluster.Hold(broker);
                break;
            case 2 or 3:
                cluster.Release(broker);
                break;
            case 4:
                cluster.Stop(broker);
                break;
            case 5 or 6 or 7:
                cluster.Start(broker);
                break;
            case 8 or 9:
                cluster.MoveLeader(targets[random.Next(targets.Length)], broker);
                break;
            default:
                break;
        }
    }

    private static Func<TopicPartition, long, (ErrorCode Code, bool Append)> Fail(Random random) => (_, _) => random.Next(20) switch
    {
        0 => (ErrorCode.NotEnoughReplicas, false),
        1 => (ErrorCode.RequestTimedOut, true),
        2 => (ErrorCode.KafkaStorageError, false),
        3 when random.Next(3) == 0 => (ErrorCode.MessageTooLarge, false),
        4 when random.Next(20) == 0 => (ErrorCode.OutOfOrderSequenceNumber, false),
        _ => (ErrorCode.None, true),
    };
}

using Heliostat.Client.Producing;
using Heliostat.Client.Transactions;
using Heliostat.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit.Abstractions;

namespace Heliostat.Client.Tests.Producing;

[Collection(nameof(Alone))]
public sealed class ProducerAllocationTests(ITestOutputHelper output)
{
    private const int Rounds = 2_000;
    private static readonly TimeSpan Within = TimeSpan.FromMinutes(1);

    /// <summary>What a batch allocates shows in each of them; a thread that the pool adds on a busy machine does not.</summary>
    private const int Attempts = 4;

    private static readonly TopicPartition[] Targets = [.. Enumerable.Range(0, 8)
        .Select(number => new TopicPartition($"topic{number % 2}", number / 2))];

    [Theory]
    [InlineData(null)]
    [InlineData("mirror-0")]
    public async Task A_batch_costs_no_allocation_in_steady_state(string? transactionalId)
    {
        SynchronizationContext.SetSynchronizationContext(null); // the runner's allocates; a server has none
        var network = new InstantNetwork(Targets);
        var producer = transactionalId is null
            ? new Producer(network, new ProducerOptions(), TimeProvider.System, NullLoggerFactory.Instance, transaction: null)
            : new ProducerTransaction(network, new ProducerOptions { TransactionalId = transactionalId }, TimeProvider.System,
                NullLoggerFactory.Instance).Producer;
        using var stop = new CancellationTokenSource();
        var running = producer.RunAsync(stop.Token);
        var sinks = Targets.Select(_ => new CountingSink()).ToArray();
        var partitions = Targets.Select((target, number) => producer.Open(target, sinks[number])).ToArray();
        Produce(running, network, partitions, sinks, Rounds);

        var allocated = long.MaxValue;
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            Produce(running, network, partitions, sinks, Rounds);
            allocated = Math.Min(allocated, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        output.WriteLine($"{allocated} bytes for {Rounds * Targets.Length} batches");
        Assert.InRange((double)allocated / (Rounds * Targets.Length), 0, 1);
        await stop.CancelAsync();
        await Eventually.EndsAsync("the producer", running);
        network.Frames.ThrowIfRented();
    }

    /// <summary>A transaction costs what its few requests cost, however many batches are in it.</summary>
    [Fact]
    public async Task A_transaction_costs_a_few_kilobytes()
    {
        SynchronizationContext.SetSynchronizationContext(null);
        var network = new InstantNetwork(Targets);
        var gate = new ProducerTransaction(network, new ProducerOptions { TransactionalId = "mirror-0" }, TimeProvider.System,
            NullLoggerFactory.Instance);
        var producer = gate.Producer;
        using var stop = new CancellationTokenSource();
        var running = producer.RunAsync(stop.Token);
        await gate.TakeOverAsync(CancellationToken.None);
        var sinks = Targets.Select(_ => new CountingSink()).ToArray();
        var partitions = Targets.Select((target, number) => producer.Open(target, sinks[number])).ToArray();
        await TransactAsync(200);

        var before = GC.GetTotalAllocatedBytes(precise: true);
        await TransactAsync(200);
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;

        output.WriteLine($"{allocated / 200} bytes for a transaction of {Targets.Length} partitions and {10 * Targets.Length} batches");
        Assert.InRange(allocated / 200, 0, 8192);
        await stop.CancelAsync();
        await running;

        async Task TransactAsync(int transactions)
        {
            for (var transaction = 0; transaction < transactions; transaction++)
            {
                Produce(running, network, partitions, sinks, 10);
                await gate.HoldAsync(CancellationToken.None);
                await gate.CommitAsync(CancellationToken.None);
                gate.Release();
            }
        }
    }

    private static void Produce(Task running, InstantNetwork network, ProducerPartition[] partitions, CountingSink[] sinks, int rounds)
    {
        var wait = new SpinWait();
        var started = TimeProvider.System.GetTimestamp();
        for (var round = 0; round < rounds; round++)
        {
            for (var number = 0; number < partitions.Length; number++)
            {
                var frameOwned = network.Frames.RentNow(TestBatches.Size);
                partitions[number].Enqueue(TestBatches.Make(frameOwned, 0, sinks[number].Enqueued++, 1));
            }

            while (!AllAcknowledged(sinks))
            {
                network.Serve();
                wait.SpinOnce(sleep1Threshold: -1);
                if (TimeProvider.System.GetElapsedTime(started) > Within)
                    throw new TimeoutException(
                        $"round {round} of {rounds}: the producer is {running.Status} {running.Exception}; {network}; "
                            + $"{string.Join('\n', partitions.Select(partition => partition.Snapshot()))}");
            }
        }
    }

    private static bool AllAcknowledged(CountingSink[] sinks)
    {
        foreach (var sink in sinks)
        {
            if (Volatile.Read(ref sink.Acknowledged) < sink.Enqueued) return false;
        }

        return true;
    }

    private sealed class CountingSink : IProduceSink
    {
        public long Acknowledged;
        public long Enqueued;

        void IProduceSink.Acknowledged(in ProduceBatch batch, long baseOffset) => Interlocked.Increment(ref Acknowledged);

        public void Refused(ErrorCode code, string? message) => throw new InvalidOperationException($"refused: {code}: {message}");
    }
}

/// <summary>Tests that measure the whole process run alone.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

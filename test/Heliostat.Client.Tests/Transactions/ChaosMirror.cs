using Heliostat.Client.Producing;
using Heliostat.Client.Tests.Producing;
using Heliostat.Client.Transactions;

namespace Heliostat.Client.Tests.Transactions;

/// <summary>
/// An owner as the engine is one, on a <see cref="FakeCluster"/>: takes the id over, begins each lane at its committed position, feeds, and
/// commits now and then with the positions. What it does when is drawn from its own seed.
/// </summary>
internal sealed class ChaosMirror : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly FakeCluster _cluster;
    private readonly Random _random;
    private readonly Lane[] _lanes;
    private readonly long _total;

    public ChaosMirror(FakeCluster cluster, int lanes, long total, int seed)
    {
        _cluster = cluster;
        _random = new Random(seed);
        _total = total;
        var options = new ProducerOptions
        {
            TransactionalId = "mirror-0",
            TransactionTimeout = TimeSpan.FromMilliseconds(400),
            RetryBackOff = TimeSpan.FromMilliseconds(1),
            RetryBackOffMax = TimeSpan.FromMilliseconds(10),
            MaxRequestBytes = TestBatches.Size * 5,
        };
        Transaction = new ProducerTransaction(cluster, options, TimeProvider.System, Log);
        _lanes = [.. Enumerable.Range(0, lanes).Select(lane => new Lane(new("data", lane), new("positions", lane)))];
    }

    public TestLog Log { get; } = new();

    public ProducerTransaction Transaction { get; }

    public Producer Producer => Transaction.Producer;

    /// <summary>It has committed everything.</summary>
    public bool IsDone { get; private set; }

    public long Commits => Transaction.Snapshot().Commits;

    /// <summary>Runs until everything is committed, the transaction is lost, or it is killed.</summary>
    public async Task RunAsync()
    {
        var running = Producer.RunAsync(_stop.Token);
        try
        {
            await MirrorAsync(Transaction, _stop.Token);
        }
        catch (KafkaErrorException)
        {
            // A position was refused.
            await Transaction.AbortAsync(_stop.Token);
        }
        catch (Exception failure) when (failure is TransactionLostException or OperationCanceledException)
        {
        }
        finally
        {
            await _stop.CancelAsync();
            try
            {
                await running;
            }
            catch (TransactionLostException)
            {
            }
        }
    }

    /// <summary>It ends without a word to anybody.</summary>
    public Task KillAsync() => _stop.CancelAsync();

    public ValueTask DisposeAsync()
    {
        _stop.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task MirrorAsync(ProducerTransaction transaction, CancellationToken ct)
    {
        await transaction.TakeOverAsync(ct);
        foreach (var lane in _lanes)
        {
            lane.Acknowledged = lane.Next = _cluster.Committed(lane.Positions).Select(position => position.First).LastOrDefault();
            lane.Partition = Producer.Open(lane.Target, lane);
        }

        while (!ct.IsCancellationRequested)
        {
            foreach (var lane in _lanes) Feed(lane);
            await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(4)), TimeProvider.System, ct);
            if (_random.Next(4) > 0) continue;

            await transaction.HoldAsync(ct);
            if (_random.Next(8) == 0)
            {
                transaction.Release();
                continue;
            }

            if (_random.Next(5) == 0) Reopen(_lanes[_random.Next(_lanes.Length)]);
            var positions = _lanes.Select(lane => Volatile.Read(ref lane.Acknowledged)).ToArray();
            await transaction.WriteAsync(
                [.. _lanes.Select((lane, number) => new TransactionWrite(lane.Positions, Write(positions[number])))], ct);
            await transaction.CommitAsync(ct);
            if (positions.All(position => position == _total))
            {
                IsDone = true;
                return;
            }

            transaction.Release();
        }
    }

    private void Feed(Lane lane)
    {
        if (lane.IsHalted)
        {
            lane.IsHalted = false;
            lane.Next = Volatile.Read(ref lane.Acknowledged);
            lane.Partition!.Restart();
        }

        for (var batches = _random.Next(4); batches > 0 && lane.Next < _total
            && lane.Partition!.QueuedBytes < TestBatches.Size * 12; batches--)
        {
            var count = (int)Math.Min(_random.Next(1, 4), _total - lane.Next);
            lane.Partition.Enqueue(TestBatches.Make(_cluster.Frames.RentNow(TestBatches.Size), 0, lane.Next, count));
            lane.Next += count;
        }
    }

    /// <summary>The lane is given away, and comes back.</summary>
    private void Reopen(Lane lane)
    {
        Producer.Close(lane.Partition!);
        lane.Next = Volatile.Read(ref lane.Acknowledged);
        lane.IsHalted = false;
        lane.Partition = Producer.Open(lane.Target, lane);
    }

    private static byte[] Write(long value)
    {
        var batch = new byte[TestBatches.Size];
        TestBatches.Write(batch, value, 1);
        return batch;
    }

    private sealed class Lane(TopicPartition target, TopicPartition positions) : IProduceSink
    {
        public long Acknowledged;
        public long Next;
        public volatile bool IsHalted;
        public ProducerPartition? Partition;

        public TopicPartition Target { get; } = target;

        public TopicPartition Positions { get; } = positions;

        void IProduceSink.Acknowledged(in ProduceBatch batch, long baseOffset) => Volatile.Write(ref Acknowledged, batch.NextSourceOffset);

        public void Refused(ErrorCode code, string? message) => IsHalted = true;
    }
}

using Heliostat.Client.Producing;
using Heliostat.Client.Tests.Producing;
using Heliostat.Client.Transactions;
using Heliostat.Testing;

namespace Heliostat.Client.Tests.Transactions;

/// <summary>A running transactional producer on a <see cref="FakeCluster"/>; more owners of the same id may come.</summary>
internal sealed class TransactionFixture : IAsyncDisposable
{
    public static readonly TopicPartition Orders0 = new("orders", 0);
    public static readonly TopicPartition Orders1 = new("orders", 1);
    public static readonly TopicPartition Positions = new("positions", 0);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly CancellationTokenSource _stop = new();

    public TransactionFixture(FakeCluster cluster, TimeSpan? timeout = null, TimeProvider? time = null)
    {
        Cluster = cluster;
        var options = new ProducerOptions
        {
            TransactionalId = "mirror-0",
            TransactionTimeout = timeout ?? TimeSpan.FromSeconds(20),
            RetryBackOff = TimeSpan.FromMilliseconds(1),
            RetryBackOffMax = TimeSpan.FromMilliseconds(20),
        };
        Transaction = new ProducerTransaction(cluster, options, time ?? TimeProvider.System, Log);
        Running = Producer.RunAsync(_stop.Token);
    }

    public FakeCluster Cluster { get; }

    public TestLog Log { get; } = new();

    public ProducerTransaction Transaction { get; }

    public Producer Producer => Transaction.Producer;

    public Task Running { get; }

    /// <summary>A cluster with two topics, one of them for positions.</summary>
    public static FakeCluster NewCluster(int brokers = 1)
    {
        var cluster = new FakeCluster(brokers);
        foreach (var partition in new[] { Orders0, Orders1, Positions }) cluster.Create(partition, leader: 0);
        return cluster;
    }

    public static async Task<TransactionFixture> TakenOverAsync(FakeCluster? cluster = null, TimeSpan? timeout = null)
    {
        var fixture = new TransactionFixture(cluster ?? NewCluster(), timeout);
        await fixture.Transaction.TakeOverAsync(CancellationToken.None);
        return fixture;
    }

    public (ProducerPartition Partition, RecordingSink Sink) Open(TopicPartition target)
    {
        var sink = new RecordingSink();
        return (Producer.Open(target, sink), sink);
    }

    /// <summary>Enqueues batches of two records each.</summary>
    public void Enqueue(ProducerPartition partition, long first, int batches)
    {
        for (var i = 0; i < batches; i++)
            partition.Enqueue(TestBatches.Make(Cluster.Frames.RentNow(TestBatches.Size), 0, first + (2 * i), 2));
    }

    public ValueTask HoldAsync() => Transaction.HoldAsync(CancellationToken.None);

    public ValueTask CommitAsync() => Transaction.CommitAsync(CancellationToken.None);

    public ValueTask WriteAsync(TopicPartition target, params long[] values) =>
        Transaction.WriteAsync([.. values.Select(value => new TransactionWrite(target, Write(value)))], CancellationToken.None);

    public async Task CommitAllAsync()
    {
        await HoldAsync();
        await CommitAsync();
        Transaction.Release();
    }

    public static Task UntilAsync(string what, Func<bool> condition) =>
        Eventually.TrueAsync(what, Patience, condition, CancellationToken.None);

    /// <summary>The source offsets after what is committed, which must be without gap and once.</summary>
    public long CommittedTo(TopicPartition target)
    {
        var expected = 0L;
        foreach (var (first, next, _) in Cluster.Log(target).Committed)
        {
            Assert.Equal(expected, first);
            expected = next;
        }

        return expected;
    }

    /// <summary>The producer ends by itself, with this.</summary>
    public async Task<TransactionLostException> LostAsync() =>
        await Assert.ThrowsAsync<TransactionLostException>(() => Running.WaitAsync(Patience, TimeProvider.System));

    public int Count<TRequest>() => Cluster.Transactions.Requests.Count(request => request is TRequest);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await Running;
        }
        catch (Exception failure) when (failure is TransactionLostException or KafkaErrorException)
        {
        }

        _stop.Dispose();
    }

    private static byte[] Write(long value)
    {
        var batch = new byte[TestBatches.Size];
        TestBatches.Write(batch, value, 1);
        return batch;
    }
}

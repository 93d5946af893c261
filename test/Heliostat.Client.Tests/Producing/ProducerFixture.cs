using Heliostat.Client.Producing;
using Heliostat.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Client.Tests.Producing;

/// <summary>A running producer on a <see cref="FakeCluster"/>.</summary>
internal sealed class ProducerFixture : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly CancellationTokenSource _stop = new();

    public ProducerFixture(FakeCluster cluster, ProducerOptions? options = null)
    {
        Cluster = cluster;
        var quick = (options ?? new ProducerOptions()) with
        {
            RetryBackOff = TimeSpan.FromMilliseconds(1),
            RetryBackOffMax = TimeSpan.FromMilliseconds(20),
        };
        Producer = new Producer(cluster, quick, TimeProvider.System, NullLoggerFactory.Instance, transaction: null);
        Running = Producer.RunAsync(_stop.Token);
    }

    public FakeCluster Cluster { get; }

    public Producer Producer { get; }

    public Task Running { get; }

    public (ProducerPartition Partition, RecordingSink Sink) Open(TopicPartition target)
    {
        var sink = new RecordingSink();
        return (Producer.Open(target, sink), sink);
    }

    /// <summary>Enqueues batches of two records each, all in one frame.</summary>
    public void Enqueue(ProducerPartition partition, long first, int batches)
    {
        var frameOwned = Cluster.Frames.RentNow(TestBatches.Size * batches);
        for (var i = 1; i < batches; i++) frameOwned.Retain();
        for (var i = 0; i < batches; i++) partition.Enqueue(TestBatches.Make(frameOwned, TestBatches.Size * i, first + (2 * i), 2));
    }

    public static Task UntilAsync(string what, Func<bool> condition) =>
        Eventually.TrueAsync(what, Patience, condition, CancellationToken.None);

    /// <summary>The log holds exactly the records before <paramref name="next"/>, in order.</summary>
    public void AssertHolds(TopicPartition target, long next)
    {
        var expected = 0L;
        foreach (var (first, end) in Cluster.Log(target).Batches)
        {
            Assert.Equal(expected, first);
            expected = end;
        }

        Assert.Equal(next, expected);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Running;
        _stop.Dispose();
        Cluster.Frames.ThrowIfRented();
    }
}

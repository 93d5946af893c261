using Heliostat.Client.Fetching;
using Heliostat.Client.Routing;
using Heliostat.Client.Tests.FakeBrokers;
using Heliostat.Protocol.Messages;
using Heliostat.Testing;
using Heliostat.Transport;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Client.Tests.Fetching;

/// <summary>A fetcher that runs against a <see cref="FakeKafka"/>. On dispose every frame must be back in the pool.</summary>
internal sealed class FetchFixture : IAsyncDisposable
{
    public static readonly TimeSpan Within = TimeSpan.FromSeconds(20);

    private readonly CancellationTokenSource _stop = new();
    private readonly FramePool _pool = FramePool.Tracked(64 << 20);
    private readonly Task _running;

    public FetchFixture(FakeKafka kafka, FetchOptions? options = null)
    {
        Kafka = kafka;
        Client = kafka.Client(_pool);
        Fetcher = new Fetcher(Client, options ?? new FetchOptions(), TimeProvider.System, NullLoggerFactory.Instance);
        _running = Task.WhenAll(Client.RunAsync(_stop.Token), Fetcher.RunAsync(_stop.Token));
    }

    public FakeKafka Kafka { get; }

    public KafkaClient Client { get; }

    public Fetcher Fetcher { get; }

    public FetchCursor Add(RecordingFetchSink sink, string topic = "t", int partition = 0, long offset = 0, int epoch = -1) =>
        Fetcher.Add(new TopicPartition(topic, partition), offset, epoch, sink);

    public static Task ReachesAsync(FetchCursor cursor, long position) => Eventually.ValueAsync(
        $"{cursor.Partition} to reach {position}", Within, _ => Task.FromResult(cursor.Position), at => at >= position,
        CancellationToken.None);

    public static Task<List<FetchFailure>> FailsAsync(RecordingFetchSink sink, int times = 1) => Eventually.ValueAsync(
        "a failure", Within, _ => Task.FromResult(sink.Failures), failures => failures.Count >= times, CancellationToken.None);

    public List<(FetchRequest Request, short Version)> Fetches(int node) =>
        [.. Kafka.Requests.Where(r => r.Node.Id == node && r.Body is FetchRequest).Select(r => ((FetchRequest)r.Body, r.Version))];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.WaitAsync(Within).ContinueWith(_ => { }, TaskScheduler.Default);
        Assert.True(_running.IsCanceled, $"the loops ended with {_running.Exception}");
        await Client.DisposeAsync();
        await Kafka.DisposeAsync();
        _pool.ThrowIfRented();
        _stop.Dispose();
    }
}

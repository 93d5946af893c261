using Heliostat.Client.Metadata;
using Heliostat.Client.Tests.FakeBrokers;
using Heliostat.Protocol.Messages;
using Heliostat.Transport;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Client.Tests.Metadata;

public class MetadataCacheTests
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_refresh_under_way_does_not_serve_who_comes_later()
    {
        var answers = new Queue<TaskCompletionSource<MetadataResponse>>([new(), new()]);
        var asked = 0;
        await using var cache = Cache((_, _) =>
        {
            asked++;
            return new(answers.Dequeue().Task);
        });
        var (first, second) = (answers.ElementAt(0), answers.ElementAt(1));
        var early = cache.RefreshAsync(CancellationToken.None).AsTask();
        await EventuallyAsync(() => asked == 1);

        var late = cache.RefreshAsync(CancellationToken.None).AsTask();
        var later = cache.RefreshAsync(CancellationToken.None).AsTask();
        first.SetResult(new() { ClusterId = "one" });
        Assert.Equal("one", (await early.WaitAsync(Within)).ClusterId);
        Assert.False(late.IsCompleted);
        second.SetResult(new() { ClusterId = "two" });

        Assert.Equal("two", (await late.WaitAsync(Within)).ClusterId);
        Assert.Same(await late, await later.WaitAsync(Within));
        Assert.Equal(2, asked);
    }

    [Fact]
    public async Task Refreshes_from_many_sides_never_get_stuck_on_an_old_answer()
    {
        var asked = 0;
        await using var cache = Cache((_, _) => new(new MetadataResponse { ControllerId = Interlocked.Increment(ref asked) }));

        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            await Task.Yield();
            for (var i = 0; i < 2000; i++)
            {
                var before = Volatile.Read(ref asked);
                var snapshot = await cache.RefreshAsync(CancellationToken.None).AsTask().WaitAsync(Within);
                Assert.True(snapshot.ControllerId > before, $"asked after {before}, answered {snapshot.ControllerId}");
            }
        }));
    }

    [Fact]
    public async Task A_failed_refresh_does_not_spoil_the_next()
    {
        var asked = 0;
        await using var cache = Cache((_, _) => ++asked == 1
            ? throw new KafkaConnectionException("down", null, ConnectionFailure.Unreachable)
            : new(new MetadataResponse { ClusterId = "up" }));

        await Assert.ThrowsAsync<KafkaConnectionException>(() => cache.RefreshAsync(CancellationToken.None).AsTask());

        Assert.Equal("up", (await cache.RefreshAsync(CancellationToken.None)).ClusterId);
    }

    [Fact]
    public async Task Disposing_ends_a_refresh_under_way()
    {
        var cache = Cache(async (_, ct) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ct);
            return new();
        });
        var refresh = cache.RefreshAsync(CancellationToken.None).AsTask();

        await cache.DisposeAsync().AsTask().WaitAsync(Within);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => refresh);
    }

    [Fact]
    public async Task A_change_wakes_who_waits_for_it()
    {
        await using var cache = Cache((_, _) => new(new MetadataResponse()));
        var waiting = cache.WaitForChangeAsync(0, CancellationToken.None).AsTask();
        Assert.False(waiting.IsCompleted);

        await cache.RefreshAsync(CancellationToken.None);

        await waiting.WaitAsync(Within);
    }

    [Fact]
    public async Task Topics_are_asked_for_while_somebody_tracks_them()
    {
        List<string> asked = [];
        await using var cache = Cache((request, _) =>
        {
            asked.Add(request.Topics is null ? "all" : string.Join(',', request.Topics.Select(topic => topic.Name).Order()));
            Assert.False(request.AllowAutoTopicCreation);
            return new(new MetadataResponse());
        });

        cache.Track("a", "b");
        cache.Track("a");
        await cache.RefreshAsync(CancellationToken.None);
        cache.Untrack("a", "b");
        await cache.RefreshAsync(CancellationToken.None);
        cache.TrackAll();
        await cache.RefreshAsync(CancellationToken.None);

        Assert.Equal(["a,b", "a", "all"], asked);
    }

    [Fact]
    public async Task A_broker_that_might_create_topics_is_asked_for_all()
    {
        await using var kafka = new FakeKafka();
        kafka.Newest[ApiKey.Metadata] = 2;
        kafka.CreateTopic("t");
        await using var client = kafka.Client(new FramePool(1 << 20));
        client.Metadata.Track("t");

        var snapshot = await client.Metadata.RefreshAsync(CancellationToken.None);

        Assert.True(snapshot.Topics.ContainsKey("t"));
        Assert.All(kafka.Requests.Where(r => r.Body is MetadataRequest), r => Assert.Null(((MetadataRequest)r.Body).Topics));
    }

    private static MetadataCache Cache(Func<MetadataRequest, CancellationToken, ValueTask<MetadataResponse>> ask) =>
        new(ask, new ClientOptions { Cluster = "source", BootstrapServers = [] }, TimeProvider.System, NullLogger.Instance);

    private static Task EventuallyAsync(Func<bool> condition) =>
        Testing.Eventually.TrueAsync("the state", Within, condition, CancellationToken.None);
}

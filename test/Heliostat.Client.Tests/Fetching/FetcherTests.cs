using Heliostat.Client.Fetching;
using Heliostat.Client.Tests.FakeBrokers;
using Heliostat.Protocol.Messages;
using Heliostat.Testing;

namespace Heliostat.Client.Tests.Fetching;

public class FetcherTests
{
    [Fact]
    public async Task Batches_arrive_in_order_and_move_the_cursor()
    {
        await using var fetch = new FetchFixture(new FakeKafka());
        fetch.Kafka.CreateTopic("t");
        fetch.Kafka.Append("t", records: 3);
        var sink = new RecordingFetchSink();

        var cursor = fetch.Add(sink);
        await FetchFixture.ReachesAsync(cursor, 3);
        fetch.Kafka.Append("t", records: 2);
        await FetchFixture.ReachesAsync(cursor, 5);

        Assert.Equal([(0, 3, 5), (3, 5, 5)], sink.Batches);
        Assert.Equal(5, sink.HighWatermark);
        Assert.Equal(ErrorCode.None, cursor.Trouble);
    }

    [Fact]
    public async Task After_little_it_lingers_so_that_more_comes_together_and_after_much_it_does_not()
    {
        await using var fetch = new FetchFixture(new FakeKafka(),
            new FetchOptions { Linger = TimeSpan.FromMilliseconds(400), LingerBytes = 10_000 });
        fetch.Kafka.CreateTopic("t");
        var sink = new RecordingFetchSink();
        var cursor = fetch.Add(sink);

        fetch.Kafka.Append("t", records: 1);
        await FetchFixture.ReachesAsync(cursor, 1);
        var lingering = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < 5; i++) fetch.Kafka.Append("t", records: 1);
        await FetchFixture.ReachesAsync(cursor, 6);

        Assert.InRange(TimeProvider.System.GetElapsedTime(lingering), TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(10));
        var asked = fetch.Fetches(1).ConvertAll(f => f.Request.Topics.Sum(topic => topic.Partitions.Count));
        Assert.Equal([1, 1], asked.Where(named => named > 0).Take(2));
    }

    /// <summary>Kafka before 0.10.1 cuts off even the first batch where it is larger than was asked for.</summary>
    [Fact]
    public async Task A_batch_that_an_old_broker_cuts_off_is_asked_for_whole()
    {
        await using var fetch = new FetchFixture(new FakeKafka(), new FetchOptions { MaxPartitionBytes = 1000 });
        fetch.Kafka.Newest[ApiKey.Fetch] = 2;
        fetch.Kafka.CreateTopic("t");
        fetch.Kafka.Append("t", records: 1, bytes: 5000);
        fetch.Kafka.Append("t", records: 1);
        var sink = new RecordingFetchSink();

        var cursor = fetch.Add(sink);
        await FetchFixture.ReachesAsync(cursor, 2);

        Assert.Equal([(0, 1, 5), (1, 2, 5)], sink.Batches);
        Assert.Equal([1000, 5000, 1000], fetch.Fetches(1).Select(f => f.Request.Topics[0].Partitions[0].PartitionMaxBytes).Take(3));
    }

    [Fact]
    public async Task A_session_names_only_what_changed()
    {
        await using var fetch = new FetchFixture(new FakeKafka());
        fetch.Kafka.CreateTopic("t", partitions: 50);
        var cursors = Enumerable.Range(0, 50).Select(i => fetch.Add(new RecordingFetchSink(), partition: i)).ToList();
        for (var i = 0; i < 50; i++)
        {
            fetch.Kafka.Append("t", i);
        }

        await Task.WhenAll(cursors.Select(cursor => FetchFixture.ReachesAsync(cursor, 1)));
        var before = fetch.Fetches(1).Count;
        fetch.Kafka.Append("t", 7);
        await FetchFixture.ReachesAsync(cursors[7], 2);
        await Eventually.TrueAsync("the next fetch", FetchFixture.Within, () => fetch.Fetches(1).Count > before + 2,
            CancellationToken.None);

        var named = fetch.Fetches(1).Select(f => f.Request.Topics.Sum(topic => topic.Partitions.Count)).ToList();
        Assert.Equal(50 + 50 + 1, named.Sum());
        var epochs = fetch.Fetches(1).Select(f => f.Request.SessionEpoch).ToList();
        Assert.Equal(Enumerable.Range(0, epochs.Count), epochs);
        Assert.All(fetch.Fetches(1).Skip(1), f => Assert.NotEqual(0, f.Request.SessionId));
    }

    [Fact]
    public async Task A_paused_cursor_is_forgotten_and_comes_back_when_resumed()
    {
        await using var fetch = new FetchFixture(new FakeKafka());
        fetch.Kafka.CreateTopic("t", partitions: 2);
        var (sink, other) = (new RecordingFetchSink(), new RecordingFetchSink());
        var cursor = fetch.Add(sink);
        var running = fetch.Add(other, partition: 1);
        fetch.Kafka.Append("t");
        await FetchFixture.ReachesAsync(cursor, 1);

        cursor.Pause();
        fetch.Kafka.Append("t");
        fetch.Kafka.Append("t", 1);
        await FetchFixture.ReachesAsync(running, 1);
        await Eventually.TrueAsync(
            "the forgetting", FetchFixture.Within,
            () => fetch.Fetches(1).Any(f => f.Request.ForgottenTopicsData.Any(t => t.Partitions.SequenceEqual([0]))),
            CancellationToken.None);
        Assert.Equal(1, cursor.Position);

        cursor.Resume();
        await FetchFixture.ReachesAsync(cursor, 2);
        Assert.Equal([(0, 1, 5), (1, 2, 5)], sink.Batches);
    }

    [Fact]
    public async Task Pausing_and_resuming_as_fast_as_can_be_loses_no_wake_up()
    {
        await using var fetch = new FetchFixture(new FakeKafka());
        fetch.Kafka.CreateTopic("t");
        var sink = new RecordingFetchSink();
        var cursor = fetch.Add(sink);

        for (var i = 1; i <= 300; i++)
        {
            cursor.Pause();
            fetch.Kafka.Append("t");
            cursor.Resume();
            if (i % 3 == 0)
            {
                await FetchFixture.ReachesAsync(cursor, i);
            }
        }

        Assert.Equal(Enumerable.Range(0, 300).Select(i => (long)i), sink.Batches.Select(batch => batch.Base));
    }

    [Fact]
    public async Task A_sink_may_pause_its_cursor_while_it_is_called()
    {
        await using var fetch = new FetchFixture(new FakeKafka());
        fetch.Kafka.CreateTopic("t");
        var sink = new RecordingFetchSink();
        sink.OnFetched = (cursor, _) =>
        {
            cursor.Pause();
            return false;
        };
        var cursor = fetch.Add(sink);

        for (var i = 1; i <= 20; i++)
        {
            fetch.Kafka.Append("t");
            cursor.Resume();
            await FetchFixture.ReachesAsync(cursor, i);
        }

        Assert.Equal(20, sink.Batches.Count);
    }

    [Fact]
    public async Task A_resumed_cursor_does_not_sit_out_an_idle_long_poll()
    {
        await using var fetch = new FetchFixture(new FakeKafka(), new FetchOptions { MaxWait = TimeSpan.FromSeconds(60) });
        fetch.Kafka.CreateTopic("t", partitions: 2);
        var cursor = fetch.Add(new RecordingFetchSink());
        fetch.Add(new RecordingFetchSink(), partition: 1);
        fetch.Kafka.Append("t");
        await FetchFixture.ReachesAsync(cursor, 1);

        cursor.Pause();
        fetch.Kafka.Append("t");
        fetch.Kafka.Append("t", 1);
        await Eventually.TrueAsync("a poll without it", FetchFixture.Within, () => fetch.Fetches(1)[^1].Request.MaxWaitMs <= 100,
            CancellationToken.None);
        cursor.Resume();

        await FetchFixture.ReachesAsync(cursor, 2);
    }

    [Fact]
    public async Task Seeking_drops_the_answer_on_its_way()
    {
        await using var fetch = new FetchFixture(new FakeKafka());
        fetch.Kafka.CreateTopic("t");
        for (var i = 0; i < 10; i++)
        {
            fetch.Kafka.Append("t");
        }

        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        fetch.Kafka.Intercept = async request =>
        {
            if (request.Body is FetchRequest && asked.TrySetResult())
            {
                await held.Task;
            }

            return null;
        };
        var sink = new RecordingFetchSink();
        var cursor = fetch.Add(sink, offset: 8);
        await asked.Task.WaitAsync(FetchFixture.Within);

        cursor.Seek(2);
        held.SetResult();

        await FetchFixture.ReachesAsync(cursor, 10);
        Assert.Equal(2, sink.Batches[0].Base);
    }

    [Fact]
    public async Task A_batch_larger_than_every_limit_comes_whole()
    {
        await using var fetch = new FetchFixture(new FakeKafka(), new FetchOptions { MaxBytes = 1000, MaxPartitionBytes = 500 });
        fetch.Kafka.CreateTopic("t");
        fetch.Kafka.Append("t", bytes: 1_000_000);
        var cursor = fetch.Add(new RecordingFetchSink());

        await FetchFixture.ReachesAsync(cursor, 1);
    }

    [Theory]
    [InlineData(18)]
    [InlineData(6)]
    [InlineData(2)]
    public async Task Partitions_with_data_take_turns(short version)
    {
        var kafka = new FakeKafka();
        kafka.Newest[ApiKey.Fetch] = version;
        await using var fetch = new FetchFixture(kafka, new FetchOptions { MaxBytes = 300, MaxPartitionBytes = 300 });
        kafka.CreateTopic("t", partitions: 4);
        for (var partition = 0; partition < 4; partition++)
        {
            for (var i = 0; i < 50; i++)
            {
                kafka.Append("t", partition, bytes: 250);
            }
        }

        List<int> order = [];
        var sinks = Enumerable.Range(0, 4).Select(_ => new RecordingFetchSink()).ToList();
        sinks.ForEach(sink => sink.OnFetched = (cursor, _) =>
        {
            lock (order)
            {
                order.Add(cursor.Partition.Partition);
            }

            return false;
        });
        var cursors = sinks.Select((sink, i) => fetch.Add(sink, partition: i)).ToList();

        await Task.WhenAll(cursors.Select(cursor => FetchFixture.ReachesAsync(cursor, 50)));

        // When the first is done, no other is far behind.
        lock (order)
        {
            var half = order.Take(order.Count / 2).GroupBy(partition => partition).Select(group => group.Count()).ToList();
            Assert.Equal(4, half.Count);
        }
    }

    [Theory]
    [InlineData(2, false)]
    [InlineData(4, false)]
    [InlineData(6, false)]
    [InlineData(7, false)]
    [InlineData(11, true)]
    [InlineData(12, true)]
    [InlineData(13, true)]
    [InlineData(18, true)]
    public async Task Every_version_fetches(short version, bool topicIds)
    {
        var kafka = new FakeKafka { HasTopicIds = topicIds };
        kafka.Newest[ApiKey.Fetch] = version;
        await using var fetch = new FetchFixture(kafka);
        kafka.CreateTopic("t", partitions: 2);
        kafka.Append("t", 1, records: 2);
        var cursor = fetch.Add(new RecordingFetchSink(), partition: 1);

        await FetchFixture.ReachesAsync(cursor, 2);
        kafka.Append("t", 1, records: 2);
        await FetchFixture.ReachesAsync(cursor, 4);

        Assert.All(fetch.Fetches(2).Concat(fetch.Fetches(1)), f => Assert.Equal(version, f.Version));
    }

    [Fact]
    public async Task Without_topic_ids_names_are_used()
    {
        var kafka = new FakeKafka { HasTopicIds = false };
        await using var fetch = new FetchFixture(kafka);
        kafka.CreateTopic("t");
        kafka.Append("t");

        var cursor = fetch.Add(new RecordingFetchSink());
        await FetchFixture.ReachesAsync(cursor, 1);

        Assert.All(fetch.Fetches(1), f => Assert.Equal(12, f.Version));
    }

    [Fact]
    public async Task Without_room_for_sessions_every_request_is_full()
    {
        var kafka = new FakeKafka { GivesSessions = false };
        await using var fetch = new FetchFixture(kafka);
        kafka.CreateTopic("t", partitions: 3);
        var cursors = Enumerable.Range(0, 3).Select(i => fetch.Add(new RecordingFetchSink(), partition: i)).ToList();
        for (var i = 1; i <= 5; i++)
        {
            kafka.Append("t", i % 3);
            await FetchFixture.ReachesAsync(cursors[i % 3], (i + 2) / 3);
        }

        Assert.All(fetch.Fetches(1), f => Assert.Equal((0, 0), (f.Request.SessionId, f.Request.SessionEpoch)));
        Assert.Equal(3, fetch.Fetches(1)[^1].Request.Topics.Sum(topic => topic.Partitions.Count));
    }

    [Theory]
    [InlineData(ErrorCode.FetchSessionIdNotFound)]
    [InlineData(ErrorCode.InvalidFetchSessionEpoch)]
    [InlineData(ErrorCode.FetchSessionTopicIdError)]
    public async Task A_session_error_starts_a_new_session_and_loses_nothing(ErrorCode code)
    {
        await using var fetch = new FetchFixture(new FakeKafka());
        fetch.Kafka.CreateTopic("t");
        var sink = new RecordingFetchSink();
        var cursor = fetch.Add(sink);
        fetch.Kafka.Append("t");
        await FetchFixture.ReachesAsync(cursor, 1);
        var refused = 0;
        fetch.Kafka.Intercept = request => Task.FromResult<Heliostat.Protocol.Wire.IBody?>(
            request.Body is FetchRequest { SessionEpoch: > 0 } && Interlocked.Exchange(ref refused, 1) == 0
                ? new FetchResponse { ErrorCode = code }
                : null);

        for (var i = 2; i <= 6; i++)
        {
            fetch.Kafka.Append("t");
            await FetchFixture.ReachesAsync(cursor, i);
        }

        Assert.Equal(6, sink.Batches.Count);
        Assert.Equal(2, fetch.Fetches(1).Count(f => f.Request.SessionEpoch == 0));
        Assert.Equal(code == ErrorCode.FetchSessionIdNotFound,
            fetch.Fetches(1).Last(f => f.Request.SessionEpoch == 0).Request.SessionId == 0);
    }

    [Fact]
    public async Task A_session_error_that_stays_is_met_with_back_off()
    {
        await using var fetch = new FetchFixture(new FakeKafka());
        fetch.Kafka.CreateTopic("t");
        var until = TimeProvider.System.GetTimestamp();
        fetch.Kafka.Intercept = request => Task.FromResult<Heliostat.Protocol.Wire.IBody?>(
            request.Body is FetchRequest && TimeProvider.System.GetElapsedTime(until) < TimeSpan.FromMilliseconds(300)
                ? new FetchResponse { ErrorCode = ErrorCode.FetchSessionTopicIdError } : null);
        fetch.Kafka.Append("t");

        var cursor = fetch.Add(new RecordingFetchSink());
        await FetchFixture.ReachesAsync(cursor, 1);

        Assert.InRange(fetch.Fetches(1).Count, 3, 100);
    }

    [Fact]
    public async Task A_removed_cursor_hears_no_more_and_its_topic_is_not_asked_for()
    {
        await using var fetch = new FetchFixture(new FakeKafka());
        fetch.Kafka.CreateTopic("t");
        fetch.Kafka.CreateTopic("u");
        var sink = new RecordingFetchSink();
        var (cursor, other) = (fetch.Add(sink), fetch.Add(new RecordingFetchSink(), "u"));
        fetch.Kafka.Append("t");
        await FetchFixture.ReachesAsync(cursor, 1);

        fetch.Fetcher.Remove(cursor);
        fetch.Kafka.Append("t");
        fetch.Kafka.Append("u");
        await FetchFixture.ReachesAsync(other, 1);
        await fetch.Client.Metadata.RefreshAsync(CancellationToken.None);

        Assert.Single(sink.Batches);
        var asked = (MetadataRequest)fetch.Kafka.Requests.Last(r => r.Body is MetadataRequest).Body;
        Assert.Equal(["u"], asked.Topics!.Select(topic => topic.Name!));
    }

    [Fact]
    public async Task Ten_thousand_idle_cursors_cost_a_poll_nothing()
    {
        await using var fetch = new FetchFixture(new FakeKafka());
        fetch.Kafka.CreateTopic("t", partitions: 10_000);
        var sink = new RecordingFetchSink();
        var cursors = Enumerable.Range(0, 10_000).Select(i => fetch.Add(sink, partition: i)).ToList();
        await Eventually.TrueAsync("the session", FetchFixture.Within, () => fetch.Fetches(1).Any(f => f.Request.SessionEpoch > 0),
            CancellationToken.None);

        fetch.Kafka.Append("t", 9_999);
        await FetchFixture.ReachesAsync(cursors[9_999], 1);

        var incremental = fetch.Fetches(1).Where(f => f.Request.SessionEpoch > 0).ToList();
        Assert.All(incremental, f => Assert.InRange(f.Request.Topics.Sum(topic => topic.Partitions.Count), 0, 10_000));
        Assert.InRange(incremental[^1].Request.Topics.Sum(topic => topic.Partitions.Count), 0, 1);
    }
}

using Heliostat.Client.Fetching;
using Heliostat.Client.Tests.FakeBrokers;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Wire;
using Heliostat.Testing;

namespace Heliostat.Client.Tests.Fetching;

public class LeaderMoveTests
{
    [Fact]
    public async Task Fetch_moves_to_the_new_leader()
    {
        await using var fetch = new FetchFixture(new FakeKafka(nodes: 2));
        fetch.Kafka.CreateTopic("t", partitions: 2);
        var sink = new RecordingFetchSink();
        var cursor = fetch.Add(sink);
        var other = fetch.Add(new RecordingFetchSink(), partition: 1);
        fetch.Kafka.Append("t");
        fetch.Kafka.Append("t", 1);
        await FetchFixture.ReachesAsync(cursor, 1);
        await FetchFixture.ReachesAsync(other, 1);

        for (var i = 2; i <= 9; i++)
        {
            fetch.Kafka.MoveLeader("t", 0, 1 + (i % 2));
            fetch.Kafka.Append("t");
            await FetchFixture.ReachesAsync(cursor, i);
        }

        Assert.Equal(Enumerable.Range(0, 9).Select(i => (long)i), sink.Batches.Select(batch => batch.Base));
        Assert.Empty(sink.Failures);
    }

    [Fact]
    public async Task A_broker_that_restarts_is_fetched_from_again()
    {
        await using var fetch = new FetchFixture(new FakeKafka());
        fetch.Kafka.CreateTopic("t");
        var sink = new RecordingFetchSink();
        var cursor = fetch.Add(sink);
        fetch.Kafka.Append("t");
        await FetchFixture.ReachesAsync(cursor, 1);

        await fetch.Kafka.Node(1).StopAsync();
        fetch.Kafka.Append("t");
        fetch.Kafka.Node(1).Start();

        await FetchFixture.ReachesAsync(cursor, 2);
        Assert.Equal(2, sink.Batches.Count);
        Assert.Empty(sink.Failures);
    }

    [Fact]
    public async Task A_dead_broker_does_not_hold_up_cursors_whose_leadership_moved()
    {
        await using var fetch = new FetchFixture(new FakeKafka(nodes: 2));
        fetch.Kafka.CreateTopic("t");
        var cursor = fetch.Add(new RecordingFetchSink());
        fetch.Kafka.Append("t");
        await FetchFixture.ReachesAsync(cursor, 1);

        await fetch.Kafka.Node(1).StopAsync();
        fetch.Kafka.MoveLeader("t", 0, 2);
        fetch.Kafka.Append("t");

        await FetchFixture.ReachesAsync(cursor, 2);
    }

    [Fact]
    public async Task A_partition_without_leader_is_waited_for()
    {
        await using var fetch = new FetchFixture(new FakeKafka(nodes: 2));
        fetch.Kafka.CreateTopic("t");
        fetch.Kafka.MoveLeader("t", 0, -1);
        fetch.Kafka.Append("t");
        var sink = new RecordingFetchSink();
        var cursor = fetch.Add(sink);
        await Eventually.TrueAsync("the trouble to be seen", FetchFixture.Within, () => cursor.Trouble == ErrorCode.LeaderNotAvailable,
            CancellationToken.None);

        fetch.Kafka.MoveLeader("t", 0, 2);

        await FetchFixture.ReachesAsync(cursor, 1);
        Assert.Empty(sink.Failures);
    }

    [Fact]
    public async Task A_connection_cut_amid_an_answer_loses_nothing()
    {
        const int Seed = 31337;
        var random = new Random(Seed);
        await using var fetch = new FetchFixture(new FakeKafka());
        fetch.Kafka.CreateTopic("t");
        fetch.Kafka.Intercept = request =>
        {
            lock (random)
            {
                return request.Body is FetchRequest && random.Next(4) == 0 ? throw new IOException("cut") : Task.FromResult<IBody?>(null);
            }
        };
        var sink = new RecordingFetchSink();
        var cursor = fetch.Add(sink);

        for (var i = 1; i <= 50; i++)
        {
            fetch.Kafka.Append("t");
            await FetchFixture.ReachesAsync(cursor, i);
        }

        Assert.Equal(Enumerable.Range(0, 50).Select(i => (long)i), sink.Batches.Select(batch => batch.Base));
    }

    [Fact]
    public async Task A_malformed_answer_costs_the_connection_and_nothing_else()
    {
        await using var fetch = new FetchFixture(new FakeKafka());
        fetch.Kafka.CreateTopic("t");
        fetch.Kafka.Append("t");
        var spoilt = 0;
        fetch.Kafka.Intercept = request => Task.FromResult<IBody?>(
            request.Body is FetchRequest && Interlocked.Increment(ref spoilt) <= 2
                ? new HeartbeatResponse { ThrottleTimeMs = int.MaxValue }
                : null);

        var cursor = fetch.Add(new RecordingFetchSink());

        await FetchFixture.ReachesAsync(cursor, 1);
    }

    [Fact]
    public async Task A_nearer_replica_is_fetched_from_when_the_leader_names_it()
    {
        await using var fetch = new FetchFixture(new FakeKafka(nodes: 2), new FetchOptions { Rack = "here" });
        fetch.Kafka.CreateTopic("t");
        fetch.Kafka.Partition("t").PreferredReplica = 2;
        fetch.Kafka.Append("t");

        var cursor = fetch.Add(new RecordingFetchSink());
        await FetchFixture.ReachesAsync(cursor, 1);
        fetch.Kafka.Append("t");
        await FetchFixture.ReachesAsync(cursor, 2);

        Assert.Contains(fetch.Fetches(1), f => f.Request.RackId == "here");
        Assert.NotEmpty(fetch.Fetches(2));
    }

    [Fact]
    public async Task A_nearer_replica_that_dies_gives_way_to_the_leader()
    {
        await using var fetch = new FetchFixture(new FakeKafka(nodes: 2), new FetchOptions { Rack = "here" });
        fetch.Kafka.CreateTopic("t");
        fetch.Kafka.Partition("t").PreferredReplica = 2;
        fetch.Kafka.Append("t");
        var cursor = fetch.Add(new RecordingFetchSink());
        await FetchFixture.ReachesAsync(cursor, 1);

        await fetch.Kafka.Node(2).StopAsync();
        fetch.Kafka.Partition("t").PreferredReplica = -1;
        fetch.Kafka.Append("t");

        await FetchFixture.ReachesAsync(cursor, 2);
    }

    [Fact]
    public async Task A_replica_that_lags_sends_the_cursor_back_to_the_leader()
    {
        await using var fetch = new FetchFixture(new FakeKafka(nodes: 2), new FetchOptions { Rack = "here" });
        fetch.Kafka.CreateTopic("t");
        fetch.Kafka.Partition("t").PreferredReplica = 2;
        fetch.Kafka.Append("t");
        var sink = new RecordingFetchSink();
        fetch.Kafka.Intercept = request =>
        {
            if (request is not { Node.Id: 2, Body: FetchRequest asked } || asked.Topics.Count == 0)
            {
                return Task.FromResult<IBody?>(null);
            }

            fetch.Kafka.Partition("t").PreferredReplica = -1;
            var response = new FetchResponse { SessionId = 77 };
            var topic = response.Responses.Next();
            topic.TopicId = asked.Topics[0].TopicId;
            var partition = topic.Partitions.Next();
            partition.ErrorCode = ErrorCode.OffsetOutOfRange;
            return Task.FromResult<IBody?>(response);
        };

        var cursor = fetch.Add(sink);

        await FetchFixture.ReachesAsync(cursor, 1);
        Assert.Empty(sink.Failures);
    }
}

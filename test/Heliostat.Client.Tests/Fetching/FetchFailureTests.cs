using System.Buffers.Binary;
using Heliostat.Client.Fetching;
using Heliostat.Client.Tests.FakeBrokers;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Wire;
using Heliostat.Testing;

namespace Heliostat.Client.Tests.Fetching;

public class FetchFailureTests
{
    [Theory]
    [InlineData(3, 10, 12)]
    [InlineData(20, 0, 2)]
    public async Task A_position_out_of_range_is_explained(long position, long logStart, int batches)
    {
        await using var fetch = new FetchFixture(new FakeKafka());
        fetch.Kafka.CreateTopic("t");
        for (var i = 0; i < batches; i++)
        {
            fetch.Kafka.Append("t");
        }

        fetch.Kafka.Partition("t").LogStart = logStart;
        var sink = new RecordingFetchSink();
        var cursor = fetch.Add(sink, offset: position);

        var failure = Assert.Single(await FetchFixture.FailsAsync(sink));

        Assert.Equal(FetchFailureKind.OffsetOutOfRange, failure.Kind);
        Assert.Equal((logStart, batches), (failure.LogStartOffset, failure.EndOffset));
        cursor.Seek(logStart);
        cursor.Resume();
        await FetchFixture.ReachesAsync(cursor, batches);
        Assert.Single(sink.Failures);
    }

    [Fact]
    public async Task Out_of_range_is_explained_for_many_cursors_at_once()
    {
        await using var fetch = new FetchFixture(new FakeKafka());
        fetch.Kafka.CreateTopic("t", partitions: 200);
        var sinks = Enumerable.Range(0, 200).Select(_ => new RecordingFetchSink()).ToList();
        for (var i = 0; i < 200; i++)
        {
            fetch.Add(sinks[i], partition: i, offset: 99);
        }

        foreach (var sink in sinks)
        {
            await FetchFixture.FailsAsync(sink);
        }

        Assert.InRange(fetch.Kafka.Count<ListOffsetsRequest>(), 2, 20);
    }

    [Fact]
    public async Task Explaining_does_not_touch_a_cursor_that_went_elsewhere_meanwhile()
    {
        await using var fetch = new FetchFixture(new FakeKafka());
        fetch.Kafka.CreateTopic("t");
        fetch.Kafka.Append("t");
        FetchCursor? cursor = null;
        fetch.Kafka.Intercept = request =>
        {
            if (request.Body is ListOffsetsRequest)
            {
                cursor!.Seek(0);
            }

            return Task.FromResult<IBody?>(null);
        };
        var sink = new RecordingFetchSink();

        cursor = fetch.Add(sink, offset: 50);

        await FetchFixture.ReachesAsync(cursor, 1);
        await Eventually.TrueAsync("the data", FetchFixture.Within, () => sink.Batches.Count == 1, CancellationToken.None);
        Assert.Empty(sink.Failures);
    }

    [Theory]
    [InlineData(18)]
    [InlineData(11)]
    public async Task A_truncated_log_is_noticed(short version)
    {
        var kafka = new FakeKafka(nodes: 2);
        kafka.Newest[ApiKey.Fetch] = version;
        await using var fetch = new FetchFixture(kafka);
        kafka.CreateTopic("t");
        for (var i = 0; i < 10; i++)
        {
            kafka.Append("t");
        }

        var sink = new RecordingFetchSink();
        var cursor = fetch.Add(sink);
        await FetchFixture.ReachesAsync(cursor, 10);

        // The new leader never had offsets 6 to 9, and has others there by now.
        kafka.Locked(() =>
        {
            var partition = kafka.Topics["t"].Partitions[0];
            partition.Truncate(6);
            partition.Leader = 2;
        });
        for (var i = 0; i < 10; i++)
        {
            kafka.Append("t");
        }

        var failure = Assert.Single(await FetchFixture.FailsAsync(sink));
        Assert.Equal((FetchFailureKind.Diverged, 6), (failure.Kind, failure.EndOffset));
        Assert.Equal(10, cursor.Position);
        Assert.Equal(10, sink.Batches.Count);
    }

    [Fact]
    public async Task An_epoch_that_the_log_does_not_know_is_no_silent_matter()
    {
        await using var fetch = new FetchFixture(new FakeKafka());
        fetch.Kafka.CreateTopic("t");
        fetch.Kafka.Append("t");
        fetch.Kafka.Append("t");
        var sink = new RecordingFetchSink();

        fetch.Add(sink, offset: 1, epoch: 99);

        var failure = Assert.Single(await FetchFixture.FailsAsync(sink));
        Assert.Equal((FetchFailureKind.Diverged, -1), (failure.Kind, failure.EndOffset));
        Assert.Empty(sink.Batches);
    }

    [Fact]
    public async Task A_deleted_topic_is_gone_after_several_looks()
    {
        await using var fetch = new FetchFixture(new FakeKafka());
        fetch.Kafka.CreateTopic("t");
        fetch.Kafka.Append("t");
        var sink = new RecordingFetchSink();
        var cursor = fetch.Add(sink);
        await FetchFixture.ReachesAsync(cursor, 1);

        fetch.Kafka.Locked(() => fetch.Kafka.Topics.Clear());

        var failure = Assert.Single(await FetchFixture.FailsAsync(sink));
        Assert.Equal((FetchFailureKind.TopicGone, Guid.Empty), (failure.Kind, failure.NewTopicId));
    }

    [Fact]
    public async Task A_topic_created_anew_is_gone_with_its_new_id()
    {
        await using var fetch = new FetchFixture(new FakeKafka());
        fetch.Kafka.CreateTopic("t");
        fetch.Kafka.Append("t");
        var sink = new RecordingFetchSink();
        var cursor = fetch.Add(sink);
        await FetchFixture.ReachesAsync(cursor, 1);

        var anew = fetch.Kafka.CreateTopic("t");
        fetch.Kafka.Append("t", records: 7);

        var failure = Assert.Single(await FetchFixture.FailsAsync(sink));
        Assert.Equal((FetchFailureKind.TopicGone, anew.Id), (failure.Kind, failure.NewTopicId));
        cursor.Seek(0);
        cursor.Resume();
        await FetchFixture.ReachesAsync(cursor, 7);
    }

    [Fact]
    public async Task A_topic_is_not_gone_because_the_metadata_cannot_be_refreshed()
    {
        await using var fetch = new FetchFixture(new FakeKafka());
        fetch.Kafka.CreateTopic("other");
        await fetch.Client.Metadata.RefreshAsync(CancellationToken.None);
        var refused = 0;
        fetch.Kafka.Intercept = request => request.Body is MetadataRequest && Interlocked.Increment(ref refused) < 40
            ? throw new IOException("not now") : Task.FromResult<IBody?>(null);
        fetch.Kafka.CreateTopic("t");
        fetch.Kafka.Append("t");
        var sink = new RecordingFetchSink();

        var cursor = fetch.Add(sink);

        await FetchFixture.ReachesAsync(cursor, 1);
        Assert.Empty(sink.Failures);
    }

    [Theory]
    [InlineData(ErrorCode.TopicAuthorizationFailed, FetchFailureKind.NotAuthorized)]
    [InlineData(ErrorCode.CorruptMessage, FetchFailureKind.Corrupt)]
    [InlineData(ErrorCode.InvalidFetchSize, FetchFailureKind.Other)]
    [InlineData((ErrorCode)9999, FetchFailureKind.Other)]
    public async Task What_trying_again_does_not_mend_pauses_the_cursor_until_it_is_resumed(ErrorCode code, FetchFailureKind kind)
    {
        await using var fetch = new FetchFixture(new FakeKafka());
        fetch.Kafka.CreateTopic("t");
        fetch.Kafka.Append("t");
        fetch.Kafka.Partition("t").Error = code;
        var sink = new RecordingFetchSink();
        var cursor = fetch.Add(sink);

        var failure = Assert.Single(await FetchFixture.FailsAsync(sink));

        Assert.Equal((kind, code), (failure.Kind, failure.Code));
        fetch.Kafka.Partition("t").Error = ErrorCode.None;
        cursor.Resume();
        await FetchFixture.ReachesAsync(cursor, 1);
        Assert.Single(sink.Failures);
    }

    [Theory]
    [InlineData(ErrorCode.NotLeaderOrFollower)]
    [InlineData(ErrorCode.FencedLeaderEpoch)]
    [InlineData(ErrorCode.UnknownLeaderEpoch)]
    [InlineData(ErrorCode.KafkaStorageError)]
    [InlineData(ErrorCode.ReplicaNotAvailable)]
    [InlineData(ErrorCode.OffsetNotAvailable)]
    [InlineData(ErrorCode.UnknownServerError)]
    public async Task What_trying_again_mends_is_tried_again(ErrorCode code)
    {
        await using var fetch = new FetchFixture(new FakeKafka());
        fetch.Kafka.CreateTopic("t");
        fetch.Kafka.Append("t");
        fetch.Kafka.Partition("t").Error = code;
        var sink = new RecordingFetchSink();
        var cursor = fetch.Add(sink);
        await Eventually.TrueAsync("the trouble to be seen", FetchFixture.Within, () => cursor.Trouble == code, CancellationToken.None);

        fetch.Kafka.Partition("t").Error = ErrorCode.None;

        await FetchFixture.ReachesAsync(cursor, 1);
        Assert.Equal(ErrorCode.None, cursor.Trouble);
        Assert.Empty(sink.Failures);
    }

    [Fact]
    public async Task One_failed_cursor_does_not_hold_up_the_others()
    {
        await using var fetch = new FetchFixture(new FakeKafka());
        fetch.Kafka.CreateTopic("t", partitions: 2);
        fetch.Kafka.Partition("t").Error = ErrorCode.KafkaStorageError;
        fetch.Add(new RecordingFetchSink());
        var cursor = fetch.Add(new RecordingFetchSink(), partition: 1);

        for (var i = 1; i <= 20; i++)
        {
            fetch.Kafka.Append("t", 1);
            await FetchFixture.ReachesAsync(cursor, i);
        }
    }

    /// <summary>From Fetch 3 on a broker never cuts the first batch off: a length beyond the answer is no reason to ask again.</summary>
    [Theory]
    [InlineData(0x7fff_ffff, 61)]
    [InlineData(50, 61)]
    [InlineData(49, 5)]
    public async Task A_batch_that_claims_more_than_its_answer_is_damage_and_not_asked_for_without_end(int length, int sent)
    {
        await using var fetch = new FetchFixture(new FakeKafka());
        fetch.Kafka.CreateTopic("t");
        var claim = new byte[61];
        BinaryPrimitives.WriteInt32BigEndian(claim.AsSpan(8), length);
        claim[16] = 2;
        fetch.Kafka.Intercept = request =>
            Task.FromResult<IBody?>(request.Body is FetchRequest asked ? Answer(asked, claim.AsMemory(0, sent)) : null);
        var sink = new RecordingFetchSink();
        fetch.Add(sink);

        var failure = Assert.Single(await FetchFixture.FailsAsync(sink));

        Assert.Equal(FetchFailureKind.Corrupt, failure.Kind);
        Assert.Equal(0, sink.Calls);

        static FetchResponse Answer(FetchRequest asked, Memory<byte> records)
        {
            var answer = new FetchResponse();
            foreach (var topic in asked.Topics)
            {
                var one = answer.Responses.Next();
                (one.Topic, one.TopicId) = (topic.Topic, topic.TopicId);
                foreach (var partition in topic.Partitions)
                {
                    var data = one.Partitions.Next();
                    (data.PartitionIndex, data.Records) = (partition.Partition, records);
                }
            }

            return answer;
        }
    }
}

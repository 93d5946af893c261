using Heliostat.Client.Producing;

namespace Heliostat.Client.Tests.Producing;

public sealed class ProducerTests
{
    private static readonly TopicPartition Orders0 = new("orders", 0);
    private static readonly TopicPartition Orders1 = new("orders", 1);

    [Theory]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(12)]
    [InlineData(13)]
    public async Task Batches_are_acknowledged_in_order_with_their_target_offsets(short version)
    {
        var cluster = new FakeCluster(1) { Version = version };
        cluster.Create(Orders0, leader: 0);
        await using var fixture = new ProducerFixture(cluster);
        var (partition, sink) = fixture.Open(Orders0);

        fixture.Enqueue(partition, 0, 100);

        await ProducerFixture.UntilAsync("all acknowledged", () => sink.Position == 200);
        fixture.AssertHolds(Orders0, 200);
        Assert.All(sink.Batches, batch => Assert.Equal(batch.First, batch.BaseOffset));
        Assert.Equal(0, partition.QueuedBytes);
    }

    [Fact]
    public async Task Five_requests_are_in_flight_once_the_first_was_acknowledged_and_one_before()
    {
        var cluster = new FakeCluster(1);
        cluster.Create(Orders0, leader: 0);
        cluster.Hold(0);
        await using var fixture = new ProducerFixture(cluster);
        var (partition, sink) = fixture.Open(Orders0);

        fixture.Enqueue(partition, 0, 20);
        await ProducerFixture.UntilAsync("the first is sent", () => cluster.Requests.Count == 1);
        Assert.True(cluster.ReleaseOne(0));
        await ProducerFixture.UntilAsync("five are sent", () => cluster.Requests.Count == 6);

        Assert.Equal(2, sink.Position);
        cluster.Release(0);
        await ProducerFixture.UntilAsync("all acknowledged", () => sink.Position == 40);
    }

    [Fact]
    public async Task A_version_3_broker_gets_one_batch_at_a_time()
    {
        var cluster = new FakeCluster(1) { Version = 3 };
        cluster.Create(Orders0, leader: 0);
        cluster.Hold(0);
        await using var fixture = new ProducerFixture(cluster);
        var (partition, sink) = fixture.Open(Orders0);

        fixture.Enqueue(partition, 0, 5);
        for (var sent = 1; sent <= 5; sent++)
        {
            await ProducerFixture.UntilAsync("one more is sent", () => cluster.Requests.Count == sent);
            Assert.True(cluster.ReleaseOne(0));
        }

        await ProducerFixture.UntilAsync("all acknowledged", () => sink.Position == 10);
    }

    [Fact]
    public async Task A_lost_connection_repeats_what_was_in_flight_and_nothing_is_there_twice()
    {
        var cluster = new FakeCluster(1);
        cluster.Create(Orders0, leader: 0);
        await using var fixture = new ProducerFixture(cluster);
        var (partition, sink) = fixture.Open(Orders0);
        fixture.Enqueue(partition, 0, 1);
        await ProducerFixture.UntilAsync("trusted", () => sink.Position == 2);
        cluster.Hold(0);
        fixture.Enqueue(partition, 2, 5);
        await ProducerFixture.UntilAsync("five are sent", () => cluster.Requests.Count == 6);

        cluster.Cut(0, served: 3);
        cluster.Release(0);

        await ProducerFixture.UntilAsync("all acknowledged", () => sink.Position == 12);
        fixture.AssertHolds(Orders0, 12);
        Assert.True(cluster.Log(Orders0).Duplicates >= 3);
        Assert.Equal(ErrorCode.NetworkException, fixture.Producer.Snapshot().LastError);
    }

    [Fact]
    public async Task What_waits_for_a_dead_broker_is_copied_out_of_the_frame_it_was_fetched_in()
    {
        var cluster = new FakeCluster(1);
        cluster.Create(Orders0, leader: 0);
        await using var fixture = new ProducerFixture(cluster);
        var (partition, sink) = fixture.Open(Orders0);
        fixture.Enqueue(partition, 0, 1);
        await ProducerFixture.UntilAsync("trusted", () => sink.Position == 2);
        cluster.Hold(0);
        var largeOwned = cluster.Frames.RentNow(1 << 20);
        partition.Enqueue(TestBatches.Make(largeOwned, 4096, 2, 2));
        await ProducerFixture.UntilAsync("it is sent", () => cluster.Requests.Count == 2);

        cluster.Stop(0);

        await ProducerFixture.UntilAsync("the large frame is free", () => cluster.Frames.RentedBytes < 1 << 16);
        Assert.Equal(TestBatches.Size, partition.QueuedBytes);
        Assert.Equal(ProducerPartitionStatus.BackingOff, partition.Snapshot().Status);
        cluster.Start(0);
        cluster.Release(0);
        await ProducerFixture.UntilAsync("acknowledged", () => sink.Position == 4);
        fixture.AssertHolds(Orders0, 4);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Nothing_goes_to_a_new_leader_before_the_old_one_has_answered(bool hints)
    {
        var cluster = new FakeCluster(2) { Hints = hints, MetadataStandsStill = hints };
        cluster.Create(Orders0, leader: 0);
        await using var fixture = new ProducerFixture(cluster);
        var (partition, sink) = fixture.Open(Orders0);
        fixture.Enqueue(partition, 0, 1);
        await ProducerFixture.UntilAsync("trusted", () => sink.Position == 2);
        cluster.Hold(0);
        fixture.Enqueue(partition, 2, 8);
        await ProducerFixture.UntilAsync("five are sent", () => cluster.Requests.Count == 6);

        cluster.MoveLeader(Orders0, 1);
        Assert.True(cluster.ReleaseOne(0));
        Assert.DoesNotContain(cluster.Requests, request => request.Broker == 1);
        cluster.Release(0);

        await ProducerFixture.UntilAsync("all acknowledged", () => sink.Position == 18);
        fixture.AssertHolds(Orders0, 18);
        Assert.Contains(cluster.Requests, request => request.Broker == 1);
    }

    [Fact]
    public async Task A_partition_that_left_a_dead_broker_is_held_up_by_it_no_more()
    {
        var cluster = new FakeCluster(2);
        cluster.Create(Orders0, leader: 0);
        cluster.Stop(0);
        await using var fixture = new ProducerFixture(cluster);
        var (partition, sink) = fixture.Open(Orders0);
        fixture.Enqueue(partition, 0, 1);
        await ProducerFixture.UntilAsync("it waits", () => partition.Snapshot().Status == ProducerPartitionStatus.BackingOff);

        cluster.MoveLeader(Orders0, 1);
        await ProducerFixture.UntilAsync("it goes on", () => sink.Position == 2);
        var refused = cluster.Refused;
        for (var first = 2; first < 60; first += 2)
        {
            fixture.Enqueue(partition, first, 1);
            await ProducerFixture.UntilAsync("acknowledged", () => sink.Position == first + 2);
        }

        // One attempt may have been under way when the leader moved.
        Assert.InRange(cluster.Refused, refused, refused + 1);
        Assert.Equal(ErrorCode.None, partition.Snapshot().Cause);
    }

    [Fact]
    public async Task A_partition_that_was_refused_asks_nothing_more_of_a_dead_broker()
    {
        var cluster = new FakeCluster(2);
        cluster.Create(Orders0, leader: 0);
        cluster.Create(Orders1, leader: 1);
        cluster.Stop(0);
        await using var fixture = new ProducerFixture(cluster, new ProducerOptions { DeliveryTimeout = TimeSpan.FromMilliseconds(300) });
        var (partition, sink) = fixture.Open(Orders0);
        var (alive, aliveSink) = fixture.Open(Orders1);
        fixture.Enqueue(partition, 0, 1);
        await ProducerFixture.UntilAsync("it waits too long", () => sink.Refusal is not null);

        var refused = cluster.Refused;
        for (var first = 0; first < 60; first += 2)
        {
            fixture.Enqueue(alive, first, 1);
            await ProducerFixture.UntilAsync("acknowledged", () => aliveSink.Position == first + 2);
        }

        // One attempt may have been under way when it was refused.
        Assert.InRange(cluster.Refused, refused, refused + 1);
        cluster.Start(0);
        partition.Restart();
        fixture.Enqueue(partition, 0, 1);
        await ProducerFixture.UntilAsync("it goes on", () => sink.Position == 2);
    }

    [Fact]
    public async Task A_dead_broker_holds_up_its_own_partitions_only()
    {
        var cluster = new FakeCluster(2);
        cluster.Create(Orders0, leader: 0);
        cluster.Create(Orders1, leader: 1);
        cluster.Stop(0);
        await using var fixture = new ProducerFixture(cluster);
        var (dead, deadSink) = fixture.Open(Orders0);
        var (alive, aliveSink) = fixture.Open(Orders1);

        fixture.Enqueue(dead, 0, 10);
        fixture.Enqueue(alive, 0, 100);

        await ProducerFixture.UntilAsync("the other partition goes on", () => aliveSink.Position == 200);
        await ProducerFixture.UntilAsync("it says why it waits", () => dead.Snapshot().Status == ProducerPartitionStatus.BackingOff);
        Assert.Equal(0, deadSink.Position);
        Assert.Contains("connection refused", dead.Snapshot().Message, StringComparison.Ordinal);
        Assert.False(await fixture.Producer.DrainAsync(TimeSpan.FromMilliseconds(50), CancellationToken.None));
        cluster.Start(0);
        Assert.True(await fixture.Producer.DrainAsync(TimeSpan.FromSeconds(20), CancellationToken.None));
        fixture.AssertHolds(Orders0, 20);
    }

    [Theory]
    [InlineData(ErrorCode.MessageTooLarge)]
    [InlineData(ErrorCode.InvalidTimestamp)]
    [InlineData(ErrorCode.InvalidRecord)]
    [InlineData(ErrorCode.CorruptMessage)]
    [InlineData(ErrorCode.TopicAuthorizationFailed)]
    public async Task A_refused_batch_halts_its_partition_until_it_is_restarted(ErrorCode refusal)
    {
        var refuse = true;
        var cluster = new FakeCluster(1) { Intercept = (_, first) => refuse && first == 6 ? (refusal, false) : (ErrorCode.None, true) };
        cluster.Create(Orders0, leader: 0);
        await using var fixture = new ProducerFixture(cluster);
        var (partition, sink) = fixture.Open(Orders0);

        fixture.Enqueue(partition, 0, 10);
        await ProducerFixture.UntilAsync("refused", () => sink.Refusal is not null);

        Assert.Equal(refusal, sink.Refusal!.Value.Code);
        Assert.Contains("orders-0", sink.Refusal.Value.Message, StringComparison.Ordinal);
        Assert.Equal(6, sink.Position);
        Assert.Equal(0, partition.QueuedBytes);
        Assert.Equal(ProducerPartitionStatus.Halted, partition.Snapshot().Status);
        fixture.Enqueue(partition, 8, 1);
        Assert.Equal(0, partition.QueuedBytes);

        refuse = false;
        partition.Restart();
        fixture.Enqueue(partition, 6, 10);
        await ProducerFixture.UntilAsync("all acknowledged", () => sink.Position == 26);
        fixture.AssertHolds(Orders0, 26);
        Assert.Equal(1, sink.Refusals);
    }

    [Theory]
    [InlineData(ErrorCode.NotEnoughReplicas, false)]
    [InlineData(ErrorCode.LeaderNotAvailable, false)]
    [InlineData(ErrorCode.UnknownTopicOrPartition, false)]
    [InlineData(ErrorCode.UnknownTopicId, false)]
    [InlineData(ErrorCode.InconsistentTopicId, false)]
    [InlineData(ErrorCode.FencedLeaderEpoch, false)]
    [InlineData(ErrorCode.KafkaStorageError, true)]
    [InlineData(ErrorCode.NotEnoughReplicasAfterAppend, true)]
    [InlineData(ErrorCode.RequestTimedOut, true)]
    [InlineData(ErrorCode.UnknownServerError, true)]
    [InlineData(ErrorCode.ThrottlingQuotaExceeded, false)]
    [InlineData(ErrorCode.CoordinatorLoadInProgress, false)]
    [InlineData(ErrorCode.RebootstrapRequired, false)]
    [InlineData((ErrorCode)999, true)]
    public async Task A_retriable_error_is_retried_and_nothing_is_there_twice(ErrorCode error, bool appended)
    {
        var failures = 3;
        var cluster = new FakeCluster(1)
        {
            Intercept = (_, first) => first == 6 && failures-- > 0 ? (error, appended) : (ErrorCode.None, true)
        };
        cluster.Create(Orders0, leader: 0);
        await using var fixture = new ProducerFixture(cluster);
        var (partition, sink) = fixture.Open(Orders0);

        fixture.Enqueue(partition, 0, 10);

        await ProducerFixture.UntilAsync("all acknowledged", () => sink.Position == 20);
        fixture.AssertHolds(Orders0, 20);
        Assert.Equal(error, fixture.Producer.Snapshot().LastError);
        Assert.Equal(0, fixture.Producer.Snapshot().EpochBumps);
        Assert.Equal(ProducerPartitionStatus.Ready, partition.Snapshot().Status);
    }

    [Theory]
    [InlineData(ErrorCode.OutOfOrderSequenceNumber)]
    [InlineData(ErrorCode.UnknownProducerId)]
    [InlineData(ErrorCode.InvalidProducerEpoch)]
    [InlineData(ErrorCode.ProducerFenced)]
    public async Task A_lost_producer_state_begins_a_new_epoch_or_id(ErrorCode error)
    {
        var failures = 1;
        var cluster = new FakeCluster(1)
        {
            Intercept = (_, first) => first == 6 && failures-- > 0 ? (error, false) : (ErrorCode.None, true)
        };
        cluster.Create(Orders0, leader: 0);
        await using var fixture = new ProducerFixture(cluster);
        var (partition, sink) = fixture.Open(Orders0);

        fixture.Enqueue(partition, 0, 10);

        await ProducerFixture.UntilAsync("all acknowledged", () => sink.Position == 20);
        fixture.AssertHolds(Orders0, 20);
        Assert.Equal(1, fixture.Producer.Snapshot().EpochBumps);
    }

    [Fact]
    public async Task A_topic_that_does_not_exist_yet_is_waited_for()
    {
        var cluster = new FakeCluster(1);
        await using var fixture = new ProducerFixture(cluster);
        var (partition, sink) = fixture.Open(Orders0);

        fixture.Enqueue(partition, 0, 10);
        await ProducerFixture.UntilAsync("it asks again", () => cluster.Invalidations > 2);
        Assert.Equal(ProducerPartitionStatus.BackingOff, partition.Snapshot().Status);
        cluster.Create(Orders0, leader: 0);

        await ProducerFixture.UntilAsync("all acknowledged", () => sink.Position == 20);
        fixture.AssertHolds(Orders0, 20);
    }

    [Theory]
    [InlineData(9)]
    [InlineData(13)]
    public async Task What_was_meant_for_a_topic_does_not_get_into_another_one_of_its_name(short version)
    {
        var cluster = new FakeCluster(1) { Version = version };
        cluster.Create(Orders0, leader: 0);
        await using var fixture = new ProducerFixture(cluster);
        var (partition, sink) = fixture.Open(Orders0);
        fixture.Enqueue(partition, 0, 1);
        await ProducerFixture.UntilAsync("trusted", () => sink.Position == 2);
        cluster.Hold(0);
        fixture.Enqueue(partition, 2, 8);
        await ProducerFixture.UntilAsync("five are sent", () => cluster.Requests.Count == 6);

        cluster.Delete(Orders0);
        cluster.Release(0);
        await ProducerFixture.UntilAsync("no leader is known", () => partition.WaitsForLeader);
        cluster.Create(Orders0, leader: 0);
        await ProducerFixture.UntilAsync("refused", () => sink.Refusal is not null);

        Assert.Equal(ErrorCode.UnknownTopicId, sink.Refusal!.Value.Code);
        fixture.AssertHolds(Orders0, 0);
        partition.Restart();
        fixture.Enqueue(partition, 2, 1);
        await ProducerFixture.UntilAsync("the new topic takes what comes then", () => sink.Position == 4);
    }

    [Fact]
    public async Task What_takes_longer_than_the_delivery_timeout_is_refused()
    {
        var cluster = new FakeCluster(1)
        {
            Intercept = (_, first) => first == 6 ? (ErrorCode.NotEnoughReplicas, false) : (ErrorCode.None, true)
        };
        cluster.Create(Orders0, leader: 0);
        await using var fixture = new ProducerFixture(cluster, new ProducerOptions { DeliveryTimeout = TimeSpan.FromMilliseconds(300) });
        var (partition, sink) = fixture.Open(Orders0);

        fixture.Enqueue(partition, 0, 10);

        await ProducerFixture.UntilAsync("refused", () => sink.Refusal is not null);
        Assert.Equal(ErrorCode.RequestTimedOut, sink.Refusal!.Value.Code);
        Assert.Contains("NOT_ENOUGH_REPLICAS", sink.Refusal.Value.Message, StringComparison.Ordinal);
        Assert.Equal(6, sink.Position);
        cluster.Intercept = null;
        partition.Restart();
        fixture.Enqueue(partition, 6, 2);
        await ProducerFixture.UntilAsync("it goes on", () => sink.Position == 10);
        fixture.AssertHolds(Orders0, 10);
    }

    [Theory]
    [InlineData(0, ErrorCode.NotEnoughReplicas)]
    [InlineData(3, ErrorCode.NotEnoughReplicas)]
    [InlineData(2, ErrorCode.OutOfOrderSequenceNumber)]
    public async Task What_is_not_stored_after_so_many_retries_is_refused(int retries, ErrorCode error)
    {
        var attempts = 0;
        var cluster = new FakeCluster(1)
        {
            Intercept = (_, first) => first == 6 && attempts++ >= 0 ? (error, false) : (ErrorCode.None, true)
        };
        cluster.Create(Orders0, leader: 0);
        await using var fixture = new ProducerFixture(cluster, new ProducerOptions { Retries = retries });
        var (partition, sink) = fixture.Open(Orders0);

        fixture.Enqueue(partition, 0, 10);

        await ProducerFixture.UntilAsync("refused", () => sink.Refusal is not null);
        Assert.Equal(retries + 1, attempts);
        Assert.Equal(error, sink.Refusal!.Value.Code);
        Assert.Contains($"given up after {retries} retries", sink.Refusal.Value.Message, StringComparison.Ordinal);
        Assert.Contains(error.Name(), sink.Refusal.Value.Message, StringComparison.Ordinal);
        Assert.Equal(6, sink.Position);
        cluster.Intercept = null;
        partition.Restart();
        fixture.Enqueue(partition, 6, 2);
        await ProducerFixture.UntilAsync("it goes on", () => sink.Position == 10);
        fixture.AssertHolds(Orders0, 10);
    }

    [Fact]
    public async Task The_shortest_answer_tells_the_round_trip()
    {
        var cluster = new FakeCluster(1);
        cluster.Create(Orders0, leader: 0);
        await using var fixture = new ProducerFixture(cluster);
        var (partition, sink) = fixture.Open(Orders0);
        Assert.Equal(TimeSpan.Zero, partition.RoundTrip);

        fixture.Enqueue(partition, 0, 10);
        await ProducerFixture.UntilAsync("all acknowledged", () => sink.Position == 20);

        Assert.InRange(partition.RoundTrip, TimeSpan.FromTicks(1), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task What_has_no_leader_for_longer_than_the_delivery_timeout_is_refused()
    {
        var cluster = new FakeCluster(1);
        await using var fixture = new ProducerFixture(cluster, new ProducerOptions { DeliveryTimeout = TimeSpan.FromMilliseconds(100) });
        var (partition, sink) = fixture.Open(Orders0);

        fixture.Enqueue(partition, 0, 3);

        await ProducerFixture.UntilAsync("refused", () => sink.Refusal is not null);
        Assert.Equal(ErrorCode.RequestTimedOut, sink.Refusal!.Value.Code);
    }

    [Fact]
    public async Task A_partition_opened_again_goes_on_in_a_new_epoch()
    {
        var cluster = new FakeCluster(1);
        cluster.Create(Orders0, leader: 0);
        await using var fixture = new ProducerFixture(cluster);
        for (var round = 0; round < 3; round++)
        {
            var sink = new RecordingSink();
            var partition = fixture.Producer.Open(Orders0, sink);
            fixture.Enqueue(partition, 0, 2);
            await ProducerFixture.UntilAsync("acknowledged", () => sink.Position == 4);
            fixture.Producer.Close(partition);
        }

        Assert.Equal(6, cluster.Log(Orders0).Batches.Count);
        Assert.Equal(0, cluster.Log(Orders0).Duplicates);
    }

    [Fact]
    public async Task A_partition_is_opened_once()
    {
        var cluster = new FakeCluster(1);
        await using var fixture = new ProducerFixture(cluster);
        fixture.Open(Orders0);

        Assert.Throws<InvalidOperationException>(() => fixture.Open(Orders0));
    }

    [Fact]
    public async Task Unsent_batches_can_be_dropped_and_come_again()
    {
        var cluster = new FakeCluster(1);
        cluster.Create(Orders0, leader: 0);
        cluster.Hold(0);
        await using var fixture = new ProducerFixture(cluster);
        var (partition, sink) = fixture.Open(Orders0);
        fixture.Enqueue(partition, 0, 4);
        await ProducerFixture.UntilAsync("the first is sent", () => cluster.Requests.Count == 1);

        Assert.Equal(2, partition.DropUnsent());
        Assert.Equal(-1, partition.DropUnsent());
        Assert.Equal(TestBatches.Size, partition.QueuedBytes);

        fixture.Enqueue(partition, 2, 4);
        cluster.Release(0);
        await ProducerFixture.UntilAsync("all acknowledged", () => sink.Position == 10);
        fixture.AssertHolds(Orders0, 10);
    }

    [Fact]
    public async Task A_request_holds_up_to_its_limit_and_at_least_one_batch()
    {
        var cluster = new FakeCluster(1);
        TopicPartition[] targets = [.. Enumerable.Range(0, 7).Select(partition => new TopicPartition("orders", partition))];
        foreach (var target in targets) cluster.Create(target, leader: 0);
        cluster.Hold(0);
        await using var fixture = new ProducerFixture(cluster,
            new ProducerOptions { MaxRequestBytes = TestBatches.Size * 3, MaxInFlight = 1 });
        var opened = targets.Select(fixture.Open).ToList();

        foreach (var (partition, _) in opened) fixture.Enqueue(partition, 0, 3);
        cluster.Release(0);

        await ProducerFixture.UntilAsync("all acknowledged", () => opened.All(one => one.Sink.Position == 6));
        Assert.All(cluster.Requests, request => Assert.InRange(request.Parts.Count, 1, 3));
        Assert.Contains(cluster.Requests, request => request.Parts.Count == 3);
    }

    [Fact]
    public async Task A_throttled_broker_is_left_alone_for_the_time_it_asked_for()
    {
        var cluster = new FakeCluster(1) { ThrottleMs = 150 };
        cluster.Create(Orders0, leader: 0);
        await using var fixture = new ProducerFixture(cluster);
        var (partition, sink) = fixture.Open(Orders0);
        fixture.Enqueue(partition, 0, 1);
        var started = TimeProvider.System.GetTimestamp();
        await ProducerFixture.UntilAsync("the first is acknowledged", () => sink.Position == 2);

        fixture.Enqueue(partition, 2, 1);

        await ProducerFixture.UntilAsync("the second is acknowledged", () => sink.Position == 4);
        Assert.True(TimeProvider.System.GetElapsedTime(started) >= TimeSpan.FromMilliseconds(140));
    }

    [Fact]
    public async Task Draining_drops_what_comes_later()
    {
        var cluster = new FakeCluster(1);
        cluster.Create(Orders0, leader: 0);
        await using var fixture = new ProducerFixture(cluster);
        var (partition, sink) = fixture.Open(Orders0);
        fixture.Enqueue(partition, 0, 50);

        Assert.True(await fixture.Producer.DrainAsync(TimeSpan.FromSeconds(20), CancellationToken.None));

        Assert.Equal(100, sink.Position);
        fixture.Enqueue(partition, 100, 1);
        Assert.Equal(0, partition.QueuedBytes);
    }

    [Fact]
    public async Task A_cluster_that_gives_no_producer_id_fails_the_producer()
    {
        var cluster = new FakeCluster(1)
        {
            InitProducerIdFailure = new KafkaErrorException(ErrorCode.ClusterAuthorizationFailed, "target: no")
        };
        var producer = new Producer(cluster, new ProducerOptions(), TimeProvider.System,
            Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance, transaction: null);

        var failure = await Assert.ThrowsAsync<KafkaErrorException>(() => producer.RunAsync(CancellationToken.None));

        Assert.Equal(ErrorCode.ClusterAuthorizationFailed, failure.Code);
    }

    [Fact]
    public async Task What_is_in_flight_at_the_end_is_given_back()
    {
        var cluster = new FakeCluster(1);
        cluster.Create(Orders0, leader: 0);
        cluster.Hold(0);
        await using var fixture = new ProducerFixture(cluster);
        var (partition, _) = fixture.Open(Orders0);

        fixture.Enqueue(partition, 0, 20);

        await ProducerFixture.UntilAsync("the first is sent", () => cluster.Requests.Count == 1);
    }
}

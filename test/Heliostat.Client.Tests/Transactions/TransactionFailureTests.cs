using Heliostat.Client.Producing;
using Heliostat.Client.Transactions;
using static Heliostat.Client.Tests.Transactions.TransactionFixture;

namespace Heliostat.Client.Tests.Transactions;

/// <summary>What goes wrong between a producer, the leaders and the coordinator, and what becomes of the transaction.</summary>
public sealed class TransactionFailureTests
{
    [Fact]
    public async Task Who_takes_over_fences_the_old_owner_wherever_it_is()
    {
        var cluster = NewCluster();
        await using var adding = await TakenOverAsync(cluster);
        await using var idle = await TakenOverAsync(cluster);
        await using var sending = await TakenOverAsync(cluster);
        var (partition, sink) = sending.Open(Orders0);
        sending.Enqueue(partition, 0, 1);
        await UntilAsync("acknowledged", () => sink.Position == 2);
        await using var committing = await TakenOverAsync(cluster);
        var (last, lastSink) = committing.Open(Orders1);
        committing.Enqueue(last, 0, 1);
        await UntilAsync("acknowledged", () => lastSink.Position == 2);
        await committing.HoldAsync();
        await using var owner = await TakenOverAsync(cluster);

        adding.Enqueue(adding.Open(Orders0).Partition, 0, 1);
        sending.Enqueue(partition, 2, 1);
        var refused = await Assert.ThrowsAsync<TransactionLostException>(async () => await committing.CommitAsync());

        Assert.Equal((TransactionLoss.Fenced, false, ErrorCode.ProducerFenced), (refused.Loss, refused.MayBeCommitted, refused.Code));
        foreach (var fenced in new[] { adding, sending, committing })
        {
            var lost = await fenced.LostAsync();
            Assert.Equal(TransactionLoss.Fenced, lost.Loss);
            Assert.Contains("'mirror-0'", lost.Message, StringComparison.Ordinal);
            Assert.Contains("another producer took", lost.Message, StringComparison.Ordinal);
        }

        Assert.False(idle.Running.IsCompleted);
        Assert.Empty(cluster.Log(Orders0).Committed);
        Assert.Equal(0, cluster.Log(Orders0).OpenBatches + cluster.Log(Orders1).OpenBatches);
        cluster.Frames.ThrowIfRented();
    }

    /// <summary>The coordinator fences with the same code; only the time tells.</summary>
    [Fact]
    public async Task A_transaction_that_was_open_for_too_long_is_lost_and_not_fenced()
    {
        await using var fixture = await TakenOverAsync(timeout: TimeSpan.FromMilliseconds(60));
        var (partition, sink) = fixture.Open(Orders0);
        fixture.Enqueue(partition, 0, 1);
        await UntilAsync("acknowledged", () => sink.Position == 2);
        await UntilAsync("it is over", () => fixture.Transaction.Snapshot().OpenFor > TimeSpan.FromMilliseconds(60));
        fixture.Cluster.Transactions.Expire();

        fixture.Enqueue(partition, 2, 1);

        var lost = await fixture.LostAsync();
        Assert.Equal((TransactionLoss.BeginAnew, ErrorCode.InvalidProducerEpoch), (lost.Loss, lost.Code));
        Assert.Contains("longer than its timeout of 0.1 s", lost.Message, StringComparison.Ordinal);
        Assert.Contains(fixture.Log.Lines,
            line => line.StartsWith("Warning", StringComparison.Ordinal) && line.Contains(lost.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(ErrorCode.OutOfOrderSequenceNumber)]
    [InlineData(ErrorCode.UnknownProducerId)]
    [InlineData(ErrorCode.InvalidTxnState)]
    [InlineData(ErrorCode.TransactionAbortable)]
    [InlineData(ErrorCode.InvalidProducerIdMapping)]
    [InlineData(ErrorCode.TransactionalIdAuthorizationFailed)]
    public async Task Where_only_a_new_epoch_would_help_the_transaction_is_lost(ErrorCode error)
    {
        var cluster = NewCluster();
        cluster.Intercept = (_, first) => first == 6 ? (error, false) : (ErrorCode.None, true);
        await using var fixture = await TakenOverAsync(cluster);
        var (partition, sink) = fixture.Open(Orders0);

        fixture.Enqueue(partition, 0, 10);

        var lost = await fixture.LostAsync();
        Assert.Equal((TransactionLoss.BeginAnew, error), (lost.Loss, lost.Code));
        Assert.Contains("orders-0", lost.Message, StringComparison.Ordinal);
        Assert.Null(sink.Refusal);
        await Assert.ThrowsAsync<TransactionLostException>(async () => await fixture.HoldAsync());
        await Assert.ThrowsAsync<TransactionLostException>(async () => await fixture.Transaction.TakeOverAsync(CancellationToken.None));
        Assert.False(await fixture.Transaction.AbortAsync(CancellationToken.None));
        await using var next = await TakenOverAsync(cluster);
        Assert.Equal(0, cluster.Log(Orders0).OpenBatches);
    }

    [Theory]
    [InlineData(ErrorCode.NotEnoughReplicas, false)]
    [InlineData(ErrorCode.NotEnoughReplicasAfterAppend, true)]
    [InlineData(ErrorCode.RequestTimedOut, true)]
    [InlineData(ErrorCode.ConcurrentTransactions, false)]
    [InlineData(ErrorCode.UnknownServerError, true)]
    public async Task What_can_be_retried_is_retried_under_its_sequence(ErrorCode error, bool appended)
    {
        var failures = 3;
        var cluster = NewCluster();
        cluster.Intercept = (_, first) => first == 6 && failures-- > 0 ? (error, appended) : (ErrorCode.None, true);
        await using var fixture = await TakenOverAsync(cluster);
        var (partition, sink) = fixture.Open(Orders0);
        fixture.Enqueue(partition, 0, 10);
        await UntilAsync("acknowledged", () => sink.Position == 20);

        await fixture.CommitAllAsync();

        Assert.Equal(20, fixture.CommittedTo(Orders0));
        Assert.Equal(0, cluster.Transactions.Identity.Epoch);
    }

    [Theory]
    [InlineData(ErrorCode.MessageTooLarge)]
    [InlineData(ErrorCode.InvalidRecord)]
    [InlineData(ErrorCode.CorruptMessage)]
    public async Task A_refused_batch_halts_its_partition_and_the_transaction_goes_on(ErrorCode refusal)
    {
        var refuse = true;
        var cluster = NewCluster();
        cluster.Intercept = (target, first) => refuse && target == Orders0 && first == 6 ? (refusal, false) : (ErrorCode.None, true);
        await using var fixture = await TakenOverAsync(cluster);
        var (partition, sink) = fixture.Open(Orders0);
        var (other, otherSink) = fixture.Open(Orders1);
        fixture.Enqueue(partition, 0, 10);
        fixture.Enqueue(other, 0, 10);
        await UntilAsync("refused, and the other goes on", () => sink.Refusal is not null && otherSink.Position == 20);

        await fixture.CommitAllAsync();
        Assert.Equal((6, 20), (fixture.CommittedTo(Orders0), fixture.CommittedTo(Orders1)));
        refuse = false;
        partition.Restart();
        fixture.Enqueue(partition, 6, 10);
        await UntilAsync("it goes on", () => sink.Position == 26);
        await fixture.CommitAllAsync();

        Assert.Equal(26, fixture.CommittedTo(Orders0));
        Assert.Equal((0, 0), (cluster.Transactions.Identity.Epoch, (int)fixture.Producer.Snapshot().EpochBumps));
        Assert.Equal(1, sink.Refusals);
    }

    [Fact]
    public async Task A_batch_refused_first_of_all_is_followed_by_one_with_its_sequence()
    {
        var refuse = true;
        var cluster = NewCluster();
        cluster.Intercept = (_, _) => refuse ? (ErrorCode.MessageTooLarge, false) : (ErrorCode.None, true);
        await using var fixture = await TakenOverAsync(cluster);
        var (partition, sink) = fixture.Open(Orders0);
        fixture.Enqueue(partition, 0, 1);
        await UntilAsync("refused", () => sink.Refusal is not null);

        refuse = false;
        partition.Restart();
        fixture.Enqueue(partition, 0, 5);
        await UntilAsync("acknowledged", () => sink.Position == 10);
        await fixture.CommitAllAsync();

        Assert.Equal(10, fixture.CommittedTo(Orders0));
    }

    /// <summary>Its first sending may be in the log; whoever committed now might commit it without knowing.</summary>
    [Fact]
    public async Task A_batch_that_may_be_there_and_is_then_refused_loses_the_transaction()
    {
        var asked = 0;
        var cluster = NewCluster();
        cluster.Intercept = (_, first) => first != 6 ? (ErrorCode.None, true)
            : asked++ == 0 ? (ErrorCode.RequestTimedOut, true)
            : (ErrorCode.MessageTooLarge, false);
        await using var fixture = await TakenOverAsync(cluster);
        var (partition, sink) = fixture.Open(Orders0);

        fixture.Enqueue(partition, 0, 5);

        var lost = await fixture.LostAsync();
        Assert.Equal((TransactionLoss.BeginAnew, ErrorCode.MessageTooLarge), (lost.Loss, lost.Code));
        Assert.Null(sink.Refusal);
    }

    [Fact]
    public async Task A_lane_closed_with_a_batch_under_way_loses_the_transaction()
    {
        var cluster = NewCluster();
        await using var fixture = await TakenOverAsync(cluster);
        var (partition, _) = fixture.Open(Orders0);
        cluster.Hold(0);
        fixture.Enqueue(partition, 0, 1);
        await UntilAsync("it is sent", () => cluster.Requests.Count == 1);

        fixture.Producer.Close(partition);

        var lost = await fixture.LostAsync();
        Assert.Equal(TransactionLoss.BeginAnew, lost.Loss);
        Assert.Contains("orders-0 was closed", lost.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_answered_within_the_timeout_loses_the_transaction_and_says_where()
    {
        var cluster = NewCluster();
        await using var fixture = await TakenOverAsync(cluster, TimeSpan.FromMilliseconds(200));
        var (partition, _) = fixture.Open(Orders0);
        cluster.Intercept = (_, _) => (ErrorCode.NotEnoughReplicas, false);
        fixture.Enqueue(partition, 0, 1);
        await UntilAsync("it is sent", () => cluster.Requests.Count > 0);

        var lost = await Assert.ThrowsAsync<TransactionLostException>(async () => await fixture.HoldAsync());

        Assert.Equal((TransactionLoss.BeginAnew, ErrorCode.RequestTimedOut), (lost.Loss, lost.Code));
        Assert.Contains("orders-0", lost.Message, StringComparison.Ordinal);
        Assert.Contains("NOT_ENOUGH_REPLICAS", lost.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_topic_that_is_not_there_yet_holds_up_nobody()
    {
        var unknown = true;
        var cluster = NewCluster();
        cluster.Transactions.RefuseAdding = partition => unknown && partition == Orders0
            ? ErrorCode.UnknownTopicOrPartition
            : ErrorCode.None;
        await using var fixture = await TakenOverAsync(cluster);
        var (partition, sink) = fixture.Open(Orders0);
        var (other, otherSink) = fixture.Open(Orders1);
        fixture.Enqueue(partition, 0, 5);
        fixture.Enqueue(other, 0, 5);
        await UntilAsync("the other goes on", () => otherSink.Position == 10);
        await fixture.CommitAllAsync();

        Assert.Equal((0, 10), (fixture.CommittedTo(Orders0), fixture.CommittedTo(Orders1)));
        Assert.Equal(ProducerPartitionStatus.BackingOff, partition.Snapshot().Status);
        Assert.Contains("UNKNOWN_TOPIC_OR_PARTITION", partition.Snapshot().Message, StringComparison.Ordinal);
        unknown = false;
        await UntilAsync("it goes on", () => sink.Position == 10);
        await fixture.CommitAllAsync();
        Assert.Equal(10, fixture.CommittedTo(Orders0));
    }

    [Fact]
    public async Task A_topic_that_may_not_be_written_halts_its_partition_only()
    {
        var denied = true;
        var cluster = NewCluster();
        cluster.Transactions.RefuseAdding = partition => denied && partition == Orders0
            ? ErrorCode.TopicAuthorizationFailed
            : ErrorCode.None;
        await using var fixture = await TakenOverAsync(cluster);
        var (partition, sink) = fixture.Open(Orders0);
        var (other, otherSink) = fixture.Open(Orders1);
        await fixture.HoldAsync();
        fixture.Enqueue(partition, 0, 5);
        fixture.Enqueue(other, 0, 5);
        fixture.Transaction.Release();

        await UntilAsync("one is refused, the other goes on", () => sink.Refusal is not null && otherSink.Position == 10);
        Assert.Equal(ErrorCode.TopicAuthorizationFailed, sink.Refusal!.Value.Code);
        denied = false;
        partition.Restart();
        fixture.Enqueue(partition, 0, 5);
        await UntilAsync("it goes on", () => sink.Position == 10);
        await fixture.CommitAllAsync();
        Assert.Equal((10, 10), (fixture.CommittedTo(Orders0), fixture.CommittedTo(Orders1)));
    }

    [Fact]
    public async Task A_refused_position_is_told_and_the_transaction_can_still_be_used()
    {
        var refuse = true;
        var cluster = NewCluster();
        cluster.Intercept = (target, first) => refuse && target == Positions && first == 2
            ? (ErrorCode.InvalidRecord, false)
            : (ErrorCode.None, true);
        await using var fixture = await TakenOverAsync(cluster);
        await fixture.HoldAsync();

        var failure = await Assert.ThrowsAsync<KafkaErrorException>(async () => await fixture.WriteAsync(Positions, 1, 2, 3, 4));

        Assert.Equal(ErrorCode.InvalidRecord, failure.Code);
        Assert.Contains("positions-0", failure.Message, StringComparison.Ordinal);
        refuse = false;
        await fixture.WriteAsync(Positions, 5, 6);
        await fixture.CommitAsync();
        Assert.Equal([1L, 5, 6], cluster.Log(Positions).Committed.Select(one => one.First));
    }

    [Theory]
    [InlineData(ErrorCode.TransactionalIdAuthorizationFailed, "needs Write and Describe")]
    [InlineData(ErrorCode.InvalidTransactionTimeout, "transaction.timeout.ms is 20000")]
    [InlineData(ErrorCode.ClusterAuthorizationFailed, "CLUSTER_AUTHORIZATION_FAILED")]
    public async Task An_id_that_is_refused_fails_the_producer_and_who_waits_for_it(ErrorCode error, string hint)
    {
        var cluster = NewCluster();
        cluster.Transactions.RefuseInit = error;
        await using var fixture = new TransactionFixture(cluster);

        var failure =
            await Assert.ThrowsAsync<KafkaErrorException>(async () => await fixture.Transaction.TakeOverAsync(CancellationToken.None));

        Assert.Equal(error, failure.Code);
        Assert.Contains("'mirror-0'", failure.Message, StringComparison.Ordinal);
        Assert.Contains(hint, failure.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<KafkaErrorException>(() => fixture.Running);
    }
}

using Heliostat.Client.Producing;
using Heliostat.Client.Tests.Producing;
using Heliostat.Client.Transactions;
using Heliostat.Protocol.Messages;
using static Heliostat.Client.Tests.Transactions.TransactionFixture;

namespace Heliostat.Client.Tests.Transactions;

/// <summary>The transaction's states and edges, one by one; the letters are those of <see cref="ProducerTransaction"/>.</summary>
public sealed class ProducerTransactionTests
{
    [Theory]
    [InlineData(3)]
    [InlineData(9)]
    [InlineData(13)]
    public async Task Batches_and_positions_are_committed_together(short version)
    {
        var cluster = NewCluster();
        cluster.Version = version;
        await using var fixture = await TakenOverAsync(cluster);
        var (partition, sink) = fixture.Open(Orders0);

        fixture.Enqueue(partition, 0, 10);
        await UntilAsync("acknowledged", () => sink.Position == 20);
        Assert.Empty(cluster.Log(Orders0).Committed);
        await fixture.HoldAsync();
        await fixture.WriteAsync(Positions, 20);
        Assert.Empty(cluster.Log(Positions).Committed);
        await fixture.CommitAsync();

        Assert.Equal(20, fixture.CommittedTo(Orders0));
        var (first, _, transaction) = Assert.Single(cluster.Log(Positions).Committed);
        Assert.Equal((20, 1), (first, transaction));
        Assert.Equal((TransactionStatus.Held, 0, 1),
            (fixture.Transaction.Snapshot().Status, fixture.Transaction.Snapshot().Partitions, fixture.Transaction.Snapshot().Commits));
    }

    [Fact]
    public async Task Many_transactions_go_one_after_the_other_in_one_epoch()
    {
        var cluster = NewCluster();
        cluster.Transactions.MarkersTake = 2;
        await using var fixture = await TakenOverAsync(cluster);
        var (partition, sink) = fixture.Open(Orders0);

        for (var round = 1; round <= 50; round++)
        {
            fixture.Enqueue(partition, (round - 1) * 6, 3);
            await UntilAsync("acknowledged", () => sink.Position == round * 6);
            await fixture.HoldAsync();
            await fixture.WriteAsync(Positions, sink.Position);
            await fixture.CommitAsync();
            fixture.Transaction.Release();
        }

        cluster.Transactions.Settle();
        Assert.Equal(300, fixture.CommittedTo(Orders0));
        Assert.Equal(50, cluster.Log(Positions).Committed.Count());
        Assert.Equal(0, cluster.Transactions.Identity.Epoch);
        Assert.Equal(0, cluster.Log(Orders0).Duplicates);
    }

    /// <summary>B, and that the gate lets nothing new through.</summary>
    [Fact]
    public async Task Holding_waits_for_what_is_in_flight_and_lets_nothing_new_go()
    {
        var cluster = NewCluster();
        await using var fixture = await TakenOverAsync(cluster);
        var (partition, sink) = fixture.Open(Orders0);
        fixture.Enqueue(partition, 0, 1);
        await UntilAsync("trusted", () => sink.Position == 2);
        cluster.Hold(0);
        fixture.Enqueue(partition, 2, 8);
        await UntilAsync("five are sent", () => cluster.Requests.Count == 6);

        var holding = fixture.HoldAsync().AsTask();
        Assert.Equal(TransactionStatus.Holding, fixture.Transaction.Snapshot().Status);
        Assert.False(holding.IsCompleted);
        cluster.Release(0);
        await holding;

        Assert.Equal((12, 6), (sink.Position, cluster.Requests.Count));
        Assert.Equal(3 * TestBatches.Size, partition.QueuedBytes);
        await fixture.CommitAsync();
        Assert.Equal(12, fixture.CommittedTo(Orders0));
        fixture.Transaction.Release();
        await UntilAsync("the rest goes", () => sink.Position == 18);
        await fixture.CommitAllAsync();
        Assert.Equal(18, fixture.CommittedTo(Orders0));
    }

    /// <summary>B: positions are taken from what sinks were told, so whoever holds must not be faster than they are.</summary>
    [Fact]
    public async Task Holding_waits_until_every_sink_was_told()
    {
        await using var fixture = await TakenOverAsync();
        var sink = new SlowSink();
        var partition = fixture.Producer.Open(Orders0, sink);
        fixture.Enqueue(partition, 0, 1);
        await UntilAsync("the sink is being told", () => sink.IsBeingTold);

        var holding = fixture.HoldAsync().AsTask();

        var (isEmpty, isHeld) = (partition.QueuedBytes == 0, holding.IsCompleted);
        sink.GoOn();
        Assert.True(isEmpty);
        Assert.False(isHeld);
        await holding;
        Assert.Equal(2, sink.Position);
    }

    /// <summary>B: a batch that has to be sent again goes through the closed gate.</summary>
    [Fact]
    public async Task Holding_sends_again_what_failed()
    {
        var cluster = NewCluster();
        await using var fixture = await TakenOverAsync(cluster);
        var (partition, sink) = fixture.Open(Orders0);
        fixture.Enqueue(partition, 0, 1);
        await UntilAsync("trusted", () => sink.Position == 2);
        cluster.Hold(0);
        fixture.Enqueue(partition, 2, 5);
        await UntilAsync("five are sent", () => cluster.Requests.Count == 6);

        var holding = fixture.HoldAsync().AsTask();
        cluster.Cut(0, served: 3);
        cluster.Release(0);
        await holding;

        Assert.Equal(12, sink.Position);
        Assert.True(cluster.Log(Orders0).Duplicates >= 3);
        await fixture.CommitAsync();
        Assert.Equal(12, fixture.CommittedTo(Orders0));
    }

    /// <summary>G.</summary>
    [Fact]
    public async Task An_empty_transaction_asks_nobody()
    {
        await using var fixture = await TakenOverAsync();
        fixture.Open(Orders0);

        for (var i = 0; i < 3; i++) await fixture.CommitAllAsync();

        Assert.Single(fixture.Cluster.Transactions.Requests);
        Assert.Equal(0, fixture.Transaction.Snapshot().Commits);
    }

    /// <summary>C: each would get a marker.</summary>
    [Fact]
    public async Task Partitions_without_batches_are_not_added()
    {
        await using var fixture = await TakenOverAsync();
        var (partition, sink) = fixture.Open(Orders0);
        fixture.Open(Orders1);

        fixture.Enqueue(partition, 0, 1);
        await UntilAsync("acknowledged", () => sink.Position == 2);
        await fixture.CommitAllAsync();

        Assert.Equal(0, fixture.Cluster.Log(Orders1).EndOffset);
        Assert.Equal(3, fixture.Cluster.Log(Orders0).EndOffset);
    }

    /// <summary>D: otherwise it would be added to one transaction and send in the next.</summary>
    [Fact]
    public async Task Holding_waits_for_partitions_that_are_being_added()
    {
        var answering = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var fixture = await TakenOverAsync();
        fixture.Cluster.Transactions.Answering = answering.Task;
        var (partition, sink) = fixture.Open(Orders0);
        fixture.Enqueue(partition, 0, 3);
        await UntilAsync("it is being added", () => fixture.Cluster.Transactions.IsOngoing);

        var holding = fixture.HoldAsync().AsTask();
        var isHeld = holding.IsCompleted;
        answering.SetResult();
        Assert.False(isHeld);
        await holding;

        Assert.Equal(2, sink.Position);
        await fixture.CommitAsync();
        Assert.Equal(2, fixture.CommittedTo(Orders0));
    }

    /// <summary>C: a partition that is being added while the gate closes sends what it was added for.</summary>
    [Fact]
    public async Task However_often_it_is_held_every_partition_gets_on_and_no_marker_is_empty()
    {
        var cluster = NewCluster();
        cluster.Transactions.MarkersTake = 3;
        await using var fixture = await TakenOverAsync(cluster);
        var opened = new[] { fixture.Open(Orders0), fixture.Open(Orders1) };
        foreach (var (partition, _) in opened) fixture.Enqueue(partition, 0, 40);

        while (opened.Any(one => one.Sink.Position < 80)) await fixture.CommitAllAsync();

        await fixture.CommitAllAsync();
        cluster.Transactions.Settle();
        Assert.Equal(80, fixture.CommittedTo(Orders0));
        Assert.Equal(80, fixture.CommittedTo(Orders1));
        Assert.Equal(0, cluster.Log(Orders0).EmptyMarkers + cluster.Log(Orders1).EmptyMarkers);
    }

    [Fact]
    public async Task Partitions_that_are_ready_together_are_added_in_one_request()
    {
        var cluster = new FakeCluster(1);
        TopicPartition[] targets = [.. Enumerable.Range(0, 20).Select(number => new TopicPartition($"topic{number % 3}", number / 3))];
        foreach (var target in targets) cluster.Create(target, leader: 0);
        await using var fixture = await TakenOverAsync(cluster);
        var opened = targets.Select(fixture.Open).ToList();
        await fixture.HoldAsync();
        foreach (var (partition, _) in opened) fixture.Enqueue(partition, 0, 1);

        fixture.Transaction.Release();

        await UntilAsync("all acknowledged", () => opened.All(one => one.Sink.Position == 2));
        Assert.Equal(1, fixture.Count<AddPartitionsToTxnRequest>());
    }

    [Fact]
    public async Task A_transaction_that_was_held_and_not_committed_goes_on()
    {
        await using var fixture = await TakenOverAsync();
        var (partition, sink) = fixture.Open(Orders0);
        fixture.Enqueue(partition, 0, 2);
        await UntilAsync("acknowledged", () => sink.Position == 4);
        await fixture.HoldAsync();
        fixture.Enqueue(partition, 4, 2);
        fixture.Transaction.Release();
        await UntilAsync("acknowledged", () => sink.Position == 8);

        await fixture.CommitAllAsync();

        Assert.Equal(8, fixture.CommittedTo(Orders0));
        Assert.Equal(1, fixture.Count<AddPartitionsToTxnRequest>());
        Assert.Equal(1, fixture.Transaction.Snapshot().Commits);
    }

    [Fact]
    public async Task Holding_can_be_cancelled_and_released()
    {
        var cluster = NewCluster();
        await using var fixture = await TakenOverAsync(cluster);
        var (partition, sink) = fixture.Open(Orders0);
        cluster.Hold(0);
        fixture.Enqueue(partition, 0, 3);
        await UntilAsync("the first is sent", () => cluster.Requests.Count == 1);

        using (var impatient = new CancellationTokenSource(TimeSpan.FromMilliseconds(20), TimeProvider.System))
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await fixture.Transaction.HoldAsync(impatient.Token));
        }

        fixture.Transaction.Release();
        cluster.Release(0);
        await UntilAsync("all acknowledged", () => sink.Position == 6);
        await fixture.CommitAllAsync();
        Assert.Equal(6, fixture.CommittedTo(Orders0));
    }

    [Fact]
    public async Task Positions_may_go_to_many_partitions_and_several_times()
    {
        await using var fixture = await TakenOverAsync();
        await fixture.HoldAsync();

        await fixture.Transaction.WriteAsync([], CancellationToken.None);
        await fixture.WriteAsync(Positions, 1, 2, 3);
        await fixture.WriteAsync(Orders1, 7);
        await fixture.WriteAsync(Positions, 4);
        await fixture.CommitAsync();
        await fixture.WriteAsync(Positions, 5);
        await fixture.CommitAsync();
        fixture.Transaction.Release();

        Assert.Equal([(1L, 1L), (2, 1), (3, 1), (4, 1), (5, 2)],
            fixture.Cluster.Log(Positions).Committed.Select(one => (one.First, one.Transaction)));
        Assert.Equal(7, fixture.Cluster.Log(Orders1).Committed.Single().First);
    }

    [Fact]
    public async Task A_drained_producer_can_still_write_positions_and_commit()
    {
        await using var fixture = await TakenOverAsync();
        var (partition, sink) = fixture.Open(Orders0);
        fixture.Enqueue(partition, 0, 20);

        Assert.True(await fixture.Producer.DrainAsync(TimeSpan.FromSeconds(20), CancellationToken.None));
        await fixture.HoldAsync();
        await fixture.WriteAsync(Positions, sink.Position);
        await fixture.CommitAsync();

        Assert.Equal(40, fixture.CommittedTo(Orders0));
        Assert.Equal(40, fixture.Cluster.Log(Positions).Committed.Single().First);
    }

    [Fact]
    public async Task Calls_at_the_wrong_time_are_refused_and_change_nothing()
    {
        var cluster = NewCluster();
        cluster.Transactions.Intercept = _ => CoordinatorFault.Unreachable;
        await using var fixture = new TransactionFixture(cluster);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await fixture.HoldAsync());
        cluster.Transactions.Intercept = null;
        await fixture.Transaction.TakeOverAsync(CancellationToken.None);

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await fixture.CommitAsync());
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await fixture.WriteAsync(Positions, 1));
        await fixture.HoldAsync();
        cluster.Hold(0);
        using var impatient = new CancellationTokenSource();
        var writing = fixture.Transaction.WriteAsync([new(Positions, Batch(1))], impatient.Token).AsTask();
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await fixture.CommitAsync());
        await UntilAsync("it is sent", () => cluster.Requests.Count == 1);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await fixture.CommitAsync());

        cluster.Release(0);
        await UntilAsync("it is answered", () => cluster.Log(Positions).Batches.Count == 1);
        await fixture.WriteAsync(Positions, 2);
        await fixture.CommitAsync();
        Assert.Equal([1L, 2], cluster.Log(Positions).Committed.Select(one => one.First));
    }

    [Fact]
    public async Task A_lane_is_closed_while_held_and_opened_again_in_the_same_epoch()
    {
        await using var fixture = await TakenOverAsync();
        for (var round = 0; round < 4; round++)
        {
            var (partition, sink) = fixture.Open(Orders0);
            fixture.Enqueue(partition, 0, 2);
            await UntilAsync("acknowledged", () => sink.Position == 4);
            await fixture.HoldAsync();
            fixture.Producer.Close(partition);
            if (round % 2 == 1) await fixture.CommitAsync();
            fixture.Transaction.Release();
        }

        Assert.Equal(8, fixture.Cluster.Log(Orders0).Committed.Count());
        Assert.Equal(0, fixture.Cluster.Log(Orders0).Duplicates);
        Assert.Equal(0, fixture.Cluster.Transactions.Identity.Epoch);
    }

    [Fact]
    public async Task An_aborted_transaction_leaves_nothing_and_ends_the_producer()
    {
        await using var fixture = await TakenOverAsync();
        var (partition, sink) = fixture.Open(Orders0);
        fixture.Enqueue(partition, 0, 5);
        await UntilAsync("acknowledged", () => sink.Position == 10);

        Assert.True(await fixture.Transaction.AbortAsync(CancellationToken.None));

        Assert.Empty(fixture.Cluster.Log(Orders0).Committed);
        Assert.Equal(0, fixture.Cluster.Log(Orders0).OpenBatches);
        Assert.Equal(TransactionStatus.Over, fixture.Transaction.Snapshot().Status);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await fixture.HoldAsync());
        fixture.Enqueue(partition, 10, 1);
        Assert.False(await fixture.Transaction.AbortAsync(CancellationToken.None));
        Assert.False(fixture.Running.IsCompleted);
    }

    /// <summary>
    /// A batch that came after the marker would open a transaction that nobody ends, where leaders do not ask (before 3.6).
    /// </summary>
    [Fact]
    public async Task Nothing_is_aborted_with_a_batch_under_way_and_the_next_owner_does_it()
    {
        var cluster = NewCluster();
        cluster.Verifies = false;
        await using var fixture = await TakenOverAsync(cluster);
        var (partition, _) = fixture.Open(Orders0);
        cluster.Hold(0);
        fixture.Enqueue(partition, 0, 5);
        await UntilAsync("one is sent", () => cluster.Requests.Count == 1);

        using (var impatient = new CancellationTokenSource(TimeSpan.FromMilliseconds(20), TimeProvider.System))
        {
            Assert.False(await fixture.Transaction.AbortAsync(impatient.Token));
        }

        Assert.Equal(0, fixture.Count<EndTxnRequest>());
        await using var next = await TakenOverAsync(cluster);
        cluster.Release(0);
        Assert.Equal(0, cluster.Log(Orders0).OpenBatches);
        Assert.Empty(cluster.Log(Orders0).Batches);
    }

    [Fact]
    public async Task A_stopped_producer_tells_who_waits()
    {
        var cluster = NewCluster();
        var fixture = await TakenOverAsync(cluster);
        var (partition, _) = fixture.Open(Orders0);
        cluster.Hold(0);
        fixture.Enqueue(partition, 0, 1);
        await UntilAsync("one is sent", () => cluster.Requests.Count == 1);
        var holding = fixture.HoldAsync().AsTask();

        await fixture.DisposeAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => holding);
        Assert.Equal(TransactionStatus.Over, fixture.Transaction.Snapshot().Status);
        cluster.Frames.ThrowIfRented();
    }

    [Fact]
    public async Task A_transactional_id_is_not_empty_and_a_timeout_not_zero()
    {
        await Task.CompletedTask;
        var options = new ProducerOptions { TransactionalId = "" };

        Assert.Throws<ArgumentException>(() => new ProducerTransaction(NewCluster(), options, TimeProvider.System, new TestLog()));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new ProducerTransaction(NewCluster(), options with { TransactionalId = "a", TransactionTimeout = TimeSpan.Zero },
                TimeProvider.System, new TestLog()));
        Assert.Throws<ArgumentException>(() => new Producer(NewCluster(), options with { TransactionalId = "a" }, TimeProvider.System,
            new TestLog(), transaction: null));
    }

    private sealed class SlowSink : IProduceSink
    {
        private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private volatile bool _isBeingTold;
        private long _position;

        public bool IsBeingTold => _isBeingTold;

        public long Position => Volatile.Read(ref _position);

        public void GoOn() => _goOn.SetResult();

        public void Acknowledged(in ProduceBatch batch, long baseOffset)
        {
            _isBeingTold = true;
            _goOn.Task.GetAwaiter().GetResult();
            Volatile.Write(ref _position, batch.NextSourceOffset);
        }

        public void Refused(ErrorCode code, string? message) => throw new InvalidOperationException($"refused: {code}: {message}");
    }

    private static byte[] Batch(long value)
    {
        var batch = new byte[TestBatches.Size];
        TestBatches.Write(batch, value, 1);
        return batch;
    }
}

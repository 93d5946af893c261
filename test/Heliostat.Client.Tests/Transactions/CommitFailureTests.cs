using Heliostat.Client.Transactions;
using Heliostat.Protocol.Messages;
using static Heliostat.Client.Tests.Transactions.TransactionFixture;

namespace Heliostat.Client.Tests.Transactions;

/// <summary>Coordinators that do not answer, and what is known of a transaction then.</summary>
public sealed class CommitFailureTests
{
    [Theory]
    [InlineData(CoordinatorFault.Unreachable, 0)]
    [InlineData(CoordinatorFault.Retriable, 0)]
    [InlineData(CoordinatorFault.AnswerLost, 1)]
    [InlineData(CoordinatorFault.Late, 1)]
    internal async Task A_commit_is_repeated_until_it_is_answered(CoordinatorFault fault, short epoch)
    {
        var cluster = NewCluster();
        cluster.Transactions.MarkersTake = 2;
        await using var fixture = await TakenOverAsync(cluster);
        var (partition, sink) = fixture.Open(Orders0);
        fixture.Enqueue(partition, 0, 5);
        await UntilAsync("acknowledged", () => sink.Position == 10);
        var failures = 3;
        cluster.Transactions.Intercept = request => request is EndTxnRequest && failures-- > 0 ? fault : CoordinatorFault.None;

        await fixture.CommitAllAsync();
        fixture.Enqueue(partition, 10, 5);
        await UntilAsync("the next goes", () => sink.Position == 20);
        await fixture.CommitAllAsync();

        cluster.Transactions.Settle();
        Assert.Equal(20, fixture.CommittedTo(Orders0));
        Assert.Equal([1L, 2], cluster.Log(Orders0).Committed.Select(batch => batch.Transaction).Distinct());
        Assert.Equal(epoch, cluster.Transactions.Identity.Epoch);
        Assert.Equal(2, fixture.Transaction.Snapshot().Commits);
    }

    /// <summary>E. In the same epoch it would commit the data of the next transaction without its positions.</summary>
    [Fact]
    public async Task A_commit_that_arrives_late_does_not_end_the_next_transaction()
    {
        var cluster = NewCluster();
        await using var fixture = await TakenOverAsync(cluster);
        var (partition, sink) = fixture.Open(Orders0);
        fixture.Enqueue(partition, 0, 5);
        await UntilAsync("acknowledged", () => sink.Position == 10);
        var failures = 1;
        cluster.Transactions.Intercept = request => request is EndTxnRequest && failures-- > 0
            ? CoordinatorFault.Late
            : CoordinatorFault.None;
        await fixture.CommitAllAsync();
        fixture.Enqueue(partition, 10, 5);
        await UntilAsync("the next goes", () => sink.Position == 20);

        cluster.Transactions.Settle();

        Assert.Equal(10, fixture.CommittedTo(Orders0));
        await fixture.HoldAsync();
        await fixture.WriteAsync(Positions, 20);
        await fixture.CommitAsync();
        Assert.Equal(20, fixture.CommittedTo(Orders0));
    }

    [Theory]
    [InlineData(CoordinatorFault.AnswerLost)]
    [InlineData(CoordinatorFault.Late)]
    internal async Task Partitions_whose_adding_was_not_answered_are_in_and_the_next_transaction_has_another_epoch(CoordinatorFault fault)
    {
        var failures = 2;
        var cluster = NewCluster();
        cluster.Transactions.Intercept = request => request is AddPartitionsToTxnRequest && failures-- > 0 ? fault : CoordinatorFault.None;
        await using var fixture = await TakenOverAsync(cluster);
        var (partition, sink) = fixture.Open(Orders0);
        fixture.Enqueue(partition, 0, 5);
        await UntilAsync("acknowledged", () => sink.Position == 10);

        await fixture.CommitAllAsync();
        await UntilAsync("the epoch is a new one", () => cluster.Transactions.Identity.Epoch == 1);

        cluster.Transactions.Settle();
        Assert.False(cluster.Transactions.IsOngoing);
        fixture.Enqueue(partition, 10, 5);
        await UntilAsync("the next goes", () => sink.Position == 20);
        await fixture.CommitAllAsync();
        Assert.Equal(20, fixture.CommittedTo(Orders0));
    }

    /// <summary>
    /// An adding that was done, its answer lost, and that is refused when it is repeated: a transaction is open and nobody is in it.
    /// </summary>
    [Theory]
    [InlineData(CoordinatorFault.AnswerLost)]
    [InlineData(CoordinatorFault.Late)]
    internal async Task A_transaction_that_only_may_be_open_is_ended_too(CoordinatorFault fault)
    {
        var failures = 1;
        var cluster = NewCluster();
        cluster.Transactions.Intercept = request => request is AddPartitionsToTxnRequest && failures-- > 0 ? fault : CoordinatorFault.None;
        cluster.Transactions.RefuseAdding = _ => failures < 0 ? ErrorCode.TopicAuthorizationFailed : ErrorCode.None;
        await using var fixture = await TakenOverAsync(cluster);
        var (partition, sink) = fixture.Open(Orders0);
        fixture.Enqueue(partition, 0, 5);
        await UntilAsync("refused", () => sink.Refusal is not null);

        await fixture.CommitAllAsync();

        await UntilAsync("the epoch is a new one", () => cluster.Transactions.Identity.Epoch == 1);
        Assert.False(cluster.Transactions.IsOngoing);
        Assert.Equal(1, fixture.Count<EndTxnRequest>());
    }

    [Fact]
    public async Task A_commit_nobody_answers_may_be_done_and_the_next_owner_sees_that_it_is()
    {
        var cluster = NewCluster();
        cluster.Transactions.MarkersTake = 3;
        await using var fixture = await TakenOverAsync(cluster, TimeSpan.FromMilliseconds(300));
        var (partition, sink) = fixture.Open(Orders0);
        fixture.Enqueue(partition, 0, 5);
        await UntilAsync("acknowledged", () => sink.Position == 10);
        await fixture.HoldAsync();
        await fixture.WriteAsync(Positions, 10);
        cluster.Transactions.Intercept = request => request is EndTxnRequest ? CoordinatorFault.AnswerLost : CoordinatorFault.None;

        var lost = await Assert.ThrowsAsync<TransactionLostException>(async () => await fixture.CommitAsync());

        Assert.Equal((TransactionLoss.BeginAnew, true), (lost.Loss, lost.MayBeCommitted));
        Assert.Contains("nobody knows", lost.Message, StringComparison.Ordinal);
        await using var next = await TakenOverAsync(cluster);
        Assert.Equal(10, next.CommittedTo(Orders0));
        Assert.Equal(10, cluster.Log(Positions).Committed.Single().First);
    }

    [Fact]
    public async Task A_commit_that_reached_nobody_before_it_is_refused_is_not_done()
    {
        var cluster = NewCluster();
        await using var fixture = await TakenOverAsync(cluster);
        var (partition, sink) = fixture.Open(Orders0);
        fixture.Enqueue(partition, 0, 5);
        await UntilAsync("acknowledged", () => sink.Position == 10);
        await fixture.HoldAsync();
        await using var next = await TakenOverAsync(cluster);
        var failures = 3;
        cluster.Transactions.Intercept = request => request is EndTxnRequest && failures-- > 0
            ? CoordinatorFault.Unreachable
            : CoordinatorFault.None;

        var lost = await Assert.ThrowsAsync<TransactionLostException>(async () => await fixture.CommitAsync());

        Assert.Equal((TransactionLoss.Fenced, false), (lost.Loss, lost.MayBeCommitted));
        Assert.Empty(cluster.Log(Orders0).Committed);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_cancelled_commit_may_be_done_and_is_asked_for_again(bool byHolding)
    {
        var cluster = NewCluster();
        await using var fixture = await TakenOverAsync(cluster);
        var (partition, sink) = fixture.Open(Orders0);
        fixture.Enqueue(partition, 0, 5);
        await UntilAsync("acknowledged", () => sink.Position == 10);
        await fixture.HoldAsync();
        using var impatient = new CancellationTokenSource();
        cluster.Transactions.Intercept = request =>
        {
            if (request is not EndTxnRequest || impatient.IsCancellationRequested) return CoordinatorFault.None;

            impatient.Cancel();
            return CoordinatorFault.AnswerLost;
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await fixture.Transaction.CommitAsync(impatient.Token));
        fixture.Transaction.Release();
        Assert.Equal(TransactionStatus.Committing, fixture.Transaction.Snapshot().Status);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await fixture.WriteAsync(Positions, 10));
        if (byHolding) await fixture.HoldAsync();
        else await fixture.CommitAsync();

        Assert.Equal((TransactionStatus.Held, 1), (fixture.Transaction.Snapshot().Status, fixture.Transaction.Snapshot().Commits));
        Assert.Equal(10, fixture.CommittedTo(Orders0));
        Assert.Equal(2, fixture.Count<EndTxnRequest>());
        await fixture.WriteAsync(Positions, 10);
        await fixture.CommitAsync();
        Assert.Equal(10, cluster.Log(Positions).Committed.Single().First);
        Assert.Equal(1, cluster.Transactions.Identity.Epoch);
    }

    [Fact]
    public async Task What_may_be_committed_is_not_aborted()
    {
        var cluster = NewCluster();
        await using var fixture = await TakenOverAsync(cluster);
        var (partition, sink) = fixture.Open(Orders0);
        fixture.Enqueue(partition, 0, 5);
        await UntilAsync("acknowledged", () => sink.Position == 10);
        await fixture.HoldAsync();
        using var impatient = new CancellationTokenSource();
        cluster.Transactions.Intercept = request =>
        {
            if (request is EndTxnRequest) impatient.Cancel();
            return request is EndTxnRequest ? CoordinatorFault.AnswerLost : CoordinatorFault.None;
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await fixture.Transaction.CommitAsync(impatient.Token));

        Assert.False(await fixture.Transaction.AbortAsync(CancellationToken.None));

        Assert.Equal(10, fixture.CommittedTo(Orders0));
        Assert.Equal(1, fixture.Count<EndTxnRequest>());
    }

    /// <summary>Aborted by an operator, or by a coordinator that lost its log.</summary>
    [Fact]
    public async Task A_commit_of_what_the_coordinator_does_not_know_is_lost()
    {
        var cluster = NewCluster();
        await using var fixture = await TakenOverAsync(cluster);
        var (partition, sink) = fixture.Open(Orders0);
        fixture.Enqueue(partition, 0, 5);
        await UntilAsync("acknowledged", () => sink.Position == 10);
        await fixture.HoldAsync();
        cluster.Transactions.Forget();

        var lost = await Assert.ThrowsAsync<TransactionLostException>(async () => await fixture.CommitAsync());

        Assert.Equal((TransactionLoss.BeginAnew, false, ErrorCode.InvalidTxnState), (lost.Loss, lost.MayBeCommitted, lost.Code));
    }

    /// <summary>Who takes over after a commit that was done and not answered: it is fenced, and cannot say whether it was.</summary>
    [Fact]
    public async Task Who_is_fenced_while_it_repeats_a_commit_may_have_committed()
    {
        var cluster = NewCluster();
        await using var fixture = await TakenOverAsync(cluster);
        var (partition, sink) = fixture.Open(Orders0);
        fixture.Enqueue(partition, 0, 5);
        await UntilAsync("acknowledged", () => sink.Position == 10);
        await fixture.HoldAsync();
        var answered = false;
        cluster.Transactions.Intercept = request => request is EndTxnRequest && !answered
            ? CoordinatorFault.AnswerLost
            : CoordinatorFault.None;
        var committing = fixture.CommitAsync().AsTask();
        await UntilAsync("it repeats", () => fixture.Count<EndTxnRequest>() > 1);
        await using var next = await TakenOverAsync(cluster);
        answered = true;

        var lost = await Assert.ThrowsAsync<TransactionLostException>(() => committing);

        Assert.Equal((TransactionLoss.Fenced, true), (lost.Loss, lost.MayBeCommitted));
        Assert.Equal(10, next.CommittedTo(Orders0));
    }

    /// <summary>Before Kafka 2.5 nobody can ask for a new epoch without fencing whoever has taken over.</summary>
    [Fact]
    public async Task An_old_coordinator_whose_answer_was_lost_makes_the_owner_begin_anew()
    {
        var failures = 1;
        var cluster = NewCluster();
        cluster.Transactions.IsOld = true;
        await using var fixture = await TakenOverAsync(cluster);
        var (partition, sink) = fixture.Open(Orders0);
        fixture.Enqueue(partition, 0, 5);
        await UntilAsync("acknowledged", () => sink.Position == 10);
        cluster.Transactions.Intercept = request => request is EndTxnRequest && failures-- > 0
            ? CoordinatorFault.AnswerLost
            : CoordinatorFault.None;

        await fixture.HoldAsync();
        await fixture.CommitAsync();

        var lost = await fixture.LostAsync();
        Assert.Equal((TransactionLoss.BeginAnew, false), (lost.Loss, lost.MayBeCommitted));
        Assert.Contains("before Kafka 2.5", lost.Message, StringComparison.Ordinal);
        Assert.Equal(10, fixture.CommittedTo(Orders0));
    }
}

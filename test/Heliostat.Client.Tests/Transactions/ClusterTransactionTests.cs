using Heliostat.Client.Producing;
using Heliostat.Client.Tests.Producing;
using Heliostat.Client.Transactions;
using Heliostat.Protocol.Messages;
using Heliostat.Testing;
using Heliostat.Testing.Clusters;
using Heliostat.Testing.Embedded;
using Heliostat.Testing.RealKafka;
using Xunit.Abstractions;

namespace Heliostat.Client.Tests.Transactions;

/// <summary>
/// Transactions on embedded brokers and on Apache Kafka (4.x finalizes transaction.version 2, which is of no concern here).
/// </summary>
public sealed class ClusterTransactionTests(ITestOutputHelper output)
{
    private const int Lanes = 4;

    private static CancellationToken Deadline => new CancellationTokenSource(TimeSpan.FromMinutes(8), TimeProvider.System).Token;

    [Theory]
    [EmbeddedData]
    [KafkaData("4.3.1")]
    [KafkaData("3.9.1")]
    public async Task Data_and_positions_are_committed_together(string kind)
    {
        var ct = Deadline;
        await using var cluster = await TestClusters.StartAsync(kind, brokers: 1, ct);
        await ClusterMirror.CreateTopicsAsync(cluster, Lanes, ct);
        await using var mirror = await ClusterMirror.TakeOverAsync(cluster, Lanes, ct);

        await mirror.RunAsync(until: 20_000, TimeSpan.FromMilliseconds(30), ct);
        await ClusterMirror.VerifyAsync(cluster, "20000, 20000, 20000, 20000", ct);
        mirror.Enqueue(0, 20_000);
        await ProducerFixture.UntilAsync("acknowledged", () => mirror.Lanes[0].Sink.Position == 20_005);
        await mirror.Transaction.HoldAsync(ct);
        await mirror.WritePositionsAsync(ct);

        await ClusterMirror.VerifyAsync(cluster, "20000, 20000, 20000, 20000", ct);
        await mirror.Transaction.CommitAsync(ct);
        await ClusterMirror.VerifyAsync(cluster, "20005, 20000, 20000, 20000", ct);
        output.WriteLine($"{mirror.Transaction.Snapshot()}\n{mirror.Producer.Producer.Snapshot()}");
        var batches = await cluster.DumpAsync(ClusterMirror.Topic, 0, 1, ct);
        Assert.All(batches, batch => Assert.True(batch.IsTransactional));
        Assert.InRange(batches.Count(batch => batch.IsControl), 1, mirror.Transaction.Snapshot().Commits);
        var features = await mirror.Producer.Client.CallAnyAsync(new ApiVersionsRequest
        {
            ClientSoftwareName = "test",
            ClientSoftwareVersion = "1"
        }, ct);
        var level = features.FinalizedFeatures.Find(feature => feature.Name == "transaction.version")?.MaxVersionLevel ?? 0;
        Assert.Equal(kind == "3.9.1" ? 0 : 2, level);
    }

    [Theory]
    [EmbeddedData]
    [KafkaData("4.3.1")]
    [KafkaData("3.9.1")]
    public async Task Who_takes_over_aborts_what_is_open_and_the_old_owner_is_fenced(string kind)
    {
        var ct = Deadline;
        await using var cluster = await TestClusters.StartAsync(kind, brokers: 1, ct);
        await ClusterMirror.CreateTopicsAsync(cluster, Lanes, ct);
        await using var old = await ClusterMirror.TakeOverAsync(cluster, Lanes, ct);
        await old.RunAsync(until: 1_000, TimeSpan.FromMilliseconds(20), ct);
        for (var lane = 0; lane < 2; lane++) old.Enqueue(lane, 1_000);
        await ProducerFixture.UntilAsync("appended", () => old.Lanes[0].Sink.Position == 1_005 && old.Lanes[1].Sink.Position == 1_005);

        await using var next = await ClusterMirror.TakeOverAsync(cluster, Lanes, ct);
        var ends = await cluster.Client.EndOffsetsAsync(ClusterMirror.Topic, ct);
        for (var lane = 0; lane < Lanes; lane++) old.Enqueue(lane, lane < 2 ? 1_005 : 1_000);
        var lost = await Assert.ThrowsAsync<TransactionLostException>(() => old.Producer.Running);

        output.WriteLine(lost.Message);
        Assert.Equal((TransactionLoss.Fenced, false), (lost.Loss, lost.MayBeCommitted));
        await Assert.ThrowsAsync<TransactionLostException>(() => old.CommitAsync(ct));
        Assert.Equal(ends, await cluster.Client.EndOffsetsAsync(ClusterMirror.Topic, ct));
        await ClusterMirror.VerifyAsync(cluster, "1000, 1000, 1000, 1000", ct);
        await next.RunAsync(until: 2_000, TimeSpan.FromMilliseconds(20), ct);
        await ClusterMirror.VerifyAsync(cluster, "2000, 2000, 2000, 2000", ct);
    }

    [Theory]
    [EmbeddedData]
    [KafkaData("4.3.1")]
    [KafkaData("3.9.1")]
    public async Task A_commit_whose_answers_are_lost_is_done_once_and_the_next_has_another_epoch(string kind)
    {
        var ct = Deadline;
        await using var cluster = await TestClusters.StartAsync(kind, brokers: 1, ct);
        await ClusterMirror.CreateTopicsAsync(cluster, Lanes, ct);
        await using var mirror = await ClusterMirror.TakeOverAsync(cluster, Lanes, ct);
        var random = new Random(7);
        mirror.Producer.Network.Intercept = request => random.Next(3) == 0 ? CoordinatorFault.AnswerLost : CoordinatorFault.None;

        var until = cluster.IsEmbedded ? 10_000 : 2_000;
        await mirror.RunAsync(until, TimeSpan.FromMilliseconds(20), ct);

        output.WriteLine(mirror.Transaction.Snapshot().ToString());
        await ClusterMirror.VerifyAsync(cluster, $"{until}, {until}, {until}, {until}", ct);
        Assert.Contains(mirror.Producer.Log.Lines, line => line.Contains("goes in epoch", StringComparison.Ordinal));
    }

    /// <summary>
    /// The first of two commits comes when the next transaction is open: in one epoch it would commit what is in that one.
    /// </summary>
    [Theory]
    [EmbeddedData]
    [KafkaData("4.3.1")]
    [KafkaData("3.9.1")]
    public async Task A_commit_that_arrives_late_is_fenced(string kind)
    {
        var ct = Deadline;
        await using var cluster = await TestClusters.StartAsync(kind, brokers: 1, ct);
        await ClusterMirror.CreateTopicsAsync(cluster, 1, ct);
        await using var mirror = await ClusterMirror.TakeOverAsync(cluster, 1, ct);
        EndTxnRequest? late = null;
        mirror.Producer.Network.Intercept = request =>
        {
            if (request is not EndTxnRequest end || late is not null) return CoordinatorFault.None;

            late = end;
            return CoordinatorFault.AnswerLost;
        };
        await mirror.RunAsync(until: 100, TimeSpan.FromMilliseconds(10), ct);
        mirror.Enqueue(0, 100);
        await ProducerFixture.UntilAsync("the next transaction is open", () => mirror.Lanes[0].Sink.Position == 105);

        var answer = await new KafkaTransactionCoordinator(mirror.Producer.Client, ClusterMirror.TransactionalId).AskAsync(late!, ct);

        Assert.Equal(ErrorCode.ProducerFenced, answer.ErrorCode);
        await ClusterMirror.VerifyAsync(cluster, "100", ct);
        await mirror.CommitAsync(ct);
        await ClusterMirror.VerifyAsync(cluster, "105", ct);
    }

    [Theory]
    [EmbeddedData]
    [KafkaData("4.3.1")]
    public async Task After_a_commit_that_nobody_answered_the_next_owner_finds_it_done(string kind)
    {
        var ct = Deadline;
        await using var cluster = await TestClusters.StartAsync(kind, brokers: 1, ct);
        await ClusterMirror.CreateTopicsAsync(cluster, Lanes, ct);
        await using var mirror = await ClusterMirror.TakeOverAsync(cluster, Lanes, ct, TimeSpan.FromSeconds(3));
        mirror.Enqueue(0, 0);
        await ProducerFixture.UntilAsync("acknowledged", () => mirror.Lanes[0].Sink.Position == 5);
        mirror.Producer.Network.Intercept = request => request is EndTxnRequest ? CoordinatorFault.AnswerLost : CoordinatorFault.None;

        var lost = await Assert.ThrowsAsync<TransactionLostException>(() => mirror.CommitAsync(ct));

        Assert.Equal((TransactionLoss.BeginAnew, true), (lost.Loss, lost.MayBeCommitted));
        await using var next = await ClusterMirror.TakeOverAsync(cluster, Lanes, ct);
        Assert.Equal(5, next.Lanes[0].Sink.Position);
        await next.RunAsync(until: 1_000, TimeSpan.FromMilliseconds(20), ct);
        await ClusterMirror.VerifyAsync(cluster, "1000, 1000, 1000, 1000", ct);
    }

    [Theory]
    [EmbeddedData]
    [KafkaData("4.3.1")]
    [KafkaData("3.9.1")]
    public async Task A_transaction_that_times_out_at_its_coordinator_is_lost_and_begun_anew(string kind)
    {
        var ct = Deadline;
        var properties = new Dictionary<string, string> { ["transaction.abort.timed.out.transaction.cleanup.interval.ms"] = "200" };
        await using ITestCluster cluster = kind == TestClusters.Embedded
            ? await EmbeddedTestCluster.StartAsync(brokers: 1, null, ct)
            : await KafkaCluster.StartAsync(new KafkaClusterOptions { Version = kind, Properties = properties }, ct);
        await ClusterMirror.CreateTopicsAsync(cluster, Lanes, ct);
        await using var mirror = await ClusterMirror.TakeOverAsync(cluster, Lanes, ct, TimeSpan.FromSeconds(2));
        mirror.Enqueue(0, 0);
        await ProducerFixture.UntilAsync("acknowledged", () => mirror.Lanes[0].Sink.Position == 5);
        await Eventually.ValueAsync(
            "aborted", TimeSpan.FromSeconds(30), cancel => cluster.Client.StableOffsetsAsync(ClusterMirror.Topic, cancel),
            stable => stable[0] == 6, ct);

        var lost = await Assert.ThrowsAsync<TransactionLostException>(() => mirror.CommitAsync(ct));

        output.WriteLine(lost.Message);
        Assert.Equal((TransactionLoss.BeginAnew, false), (lost.Loss, lost.MayBeCommitted));
        Assert.Contains("longer than its timeout of 2 s", lost.Message, StringComparison.Ordinal);
        await using var next = await ClusterMirror.TakeOverAsync(cluster, Lanes, ct);
        await next.RunAsync(until: 1_000, TimeSpan.FromMilliseconds(20), ct);
        await ClusterMirror.VerifyAsync(cluster, "1000, 1000, 1000, 1000", ct);
    }

    [Theory]
    [EmbeddedData]
    [KafkaData("4.3.1")]
    public async Task A_batch_that_is_too_large_halts_its_lane_and_the_rest_of_the_transaction_is_committed(string kind)
    {
        var ct = Deadline;
        await using var cluster = await TestClusters.StartAsync(kind, brokers: 1, ct);
        await ClusterMirror.CreateTopicsAsync(cluster, Lanes, ct);
        await cluster.Client.AlterTopicAsync(ClusterMirror.Topic, new Dictionary<string, string> { ["max.message.bytes"] = "1000" }, ct);
        await using var mirror = await ClusterMirror.TakeOverAsync(cluster, Lanes, ct);
        var lane = mirror.Lanes[0];
        mirror.Enqueue(0, 0);
        mirror.Enqueue(0, 5, records: 1_000);
        mirror.Enqueue(0, 1_005);
        mirror.Enqueue(1, 0);
        await ProducerFixture.UntilAsync("refused", () => lane.Sink.Refusal is not null && mirror.Lanes[1].Sink.Position == 5);

        await mirror.CommitAsync(ct);

        await ClusterMirror.VerifyAsync(cluster, "5, 5, 0, 0", ct);
        lane.Partition.Restart();
        for (var first = 5; first < 1_005; first += 5) mirror.Enqueue(0, first);
        await ProducerFixture.UntilAsync("the smaller ones are taken", () => lane.Sink.Position == 1_005);
        await mirror.CommitAsync(ct);
        await ClusterMirror.VerifyAsync(cluster, "1005, 5, 0, 0", ct);
        Assert.Equal(0, mirror.Producer.Producer.Snapshot().EpochBumps);
    }

    /// <summary>Before 2.5 nobody can renew the epoch after a lost answer: then the owner begins anew.</summary>
    [Theory]
    [EmbeddedData]
    [KafkaData("4.3.1")]
    [KafkaData("3.9.1")]
    public async Task The_versions_of_0_11_do_the_same(string kind)
    {
        var ct = Deadline;
        await using var cluster = await TestClusters.StartAsync(kind, brokers: 1, ct);
        await ClusterMirror.CreateTopicsAsync(cluster, Lanes, ct);
        await using var old = await ClusterMirror.TakeOverAsync(cluster, Lanes, ct, isOld: true);
        await old.RunAsync(until: 2_000, TimeSpan.FromMilliseconds(20), ct);

        await using var next = await ClusterMirror.TakeOverAsync(cluster, Lanes, ct, isOld: true);
        old.Enqueue(0, 2_000);
        var fenced = await Assert.ThrowsAsync<TransactionLostException>(() => old.Producer.Running);
        await next.RunAsync(until: 3_000, TimeSpan.FromMilliseconds(20), ct);
        var failures = 1;
        next.Producer.Network.Intercept = request => request is EndTxnRequest && failures-- > 0
            ? CoordinatorFault.AnswerLost
            : CoordinatorFault.None;
        next.Enqueue(0, 3_000);
        await ProducerFixture.UntilAsync("acknowledged", () => next.Lanes[0].Sink.Position == 3_005);
        await next.CommitAsync(ct);
        var lost = await Assert.ThrowsAsync<TransactionLostException>(() => next.Producer.Running);

        output.WriteLine($"{fenced.Message}\n{lost.Message}");
        Assert.Equal((TransactionLoss.Fenced, ErrorCode.InvalidProducerEpoch), (fenced.Loss, fenced.Code));
        Assert.Equal((TransactionLoss.BeginAnew, ErrorCode.UnsupportedVersion), (lost.Loss, lost.Code));
        await ClusterMirror.VerifyAsync(cluster, "3005, 3000, 3000, 3000", ct);
    }

    [KafkaFact("0.10.2.2")]
    public async Task A_cluster_older_than_0_11_is_refused_with_a_clear_error()
    {
        var ct = Deadline;
        await using var cluster = await KafkaCluster.StartAsync(new KafkaClusterOptions { Version = "0.10.2.2" }, ct);

        var failure = await Assert.ThrowsAsync<KafkaErrorException>(() => ClusterMirror.TakeOverAsync(cluster, 1, ct));

        output.WriteLine(failure.Message);
        Assert.Equal(ErrorCode.UnsupportedVersion, failure.Code);
        Assert.Contains("0.11", failure.Message, StringComparison.Ordinal);
    }
}

using Heliostat.Client.Tests.Producing;
using Heliostat.Client.Transactions;
using Heliostat.Protocol.Messages;
using Heliostat.Testing.RealKafka;
using Xunit.Abstractions;

namespace Heliostat.Client.Tests.Transactions;

/// <summary>Transactions on Apache Kafka (4.x finalizes transaction.version 2, which is of no concern here), read back by Java's consumer.</summary>
public sealed class RealKafkaTransactionTests(ITestOutputHelper output)
{
    private const int Lanes = 4;

    private static CancellationToken Deadline => new CancellationTokenSource(TimeSpan.FromMinutes(8), TimeProvider.System).Token;

    [KafkaTheory]
    [InlineData(null)]
    [InlineData("3.9.1")]
    public async Task Data_and_positions_are_committed_together(string? version)
    {
        var ct = Deadline;
        await using var cluster = await KafkaCluster.StartAsync(new KafkaClusterOptions { Version = version }, ct);
        await RealMirror.CreateTopicsAsync(cluster, Lanes, ct);
        await using var mirror = await RealMirror.TakeOverAsync(cluster, Lanes, ct);

        await mirror.RunAsync(until: 20_000, TimeSpan.FromMilliseconds(30), ct);
        var committed = await RealMirror.VerifyAsync(cluster, ct);
        mirror.Enqueue(0, 20_000);
        await ProducerFixture.UntilAsync("acknowledged", () => mirror.Lanes[0].Sink.Position == 20_005);
        await mirror.Transaction.HoldAsync(ct);
        await mirror.WritePositionsAsync(ct);

        Assert.Equal("20000, 20000, 20000, 20000", committed);
        Assert.Equal("20000, 20000, 20000, 20000", await RealMirror.VerifyAsync(cluster, ct));
        await mirror.Transaction.CommitAsync(ct);
        Assert.Equal("20005, 20000, 20000, 20000", await RealMirror.VerifyAsync(cluster, ct));
        output.WriteLine($"{mirror.Transaction.Snapshot()}\n{mirror.Producer.Producer.Snapshot()}");
        var batches = await cluster.DumpAsync(RealMirror.Topic, 0, 1, ct);
        Assert.All(batches, batch => Assert.True(batch.IsTransactional));
        Assert.InRange(batches.Count(batch => batch.IsControl), 1, mirror.Transaction.Snapshot().Commits);
    }

    [KafkaTheory]
    [InlineData(null)]
    [InlineData("3.9.1")]
    public async Task Who_takes_over_aborts_what_is_open_and_the_old_owner_is_fenced(string? version)
    {
        var ct = Deadline;
        await using var cluster = await KafkaCluster.StartAsync(new KafkaClusterOptions { Version = version }, ct);
        await RealMirror.CreateTopicsAsync(cluster, Lanes, ct);
        await using var old = await RealMirror.TakeOverAsync(cluster, Lanes, ct);
        await old.RunAsync(until: 1_000, TimeSpan.FromMilliseconds(20), ct);
        for (var lane = 0; lane < 2; lane++) old.Enqueue(lane, 1_000);
        await ProducerFixture.UntilAsync("appended", () => old.Lanes[0].Sink.Position == 1_005 && old.Lanes[1].Sink.Position == 1_005);

        await using var next = await RealMirror.TakeOverAsync(cluster, Lanes, ct);
        var ends = await cluster.Client.EndOffsetsAsync(RealMirror.Topic, ct);
        for (var lane = 0; lane < Lanes; lane++) old.Enqueue(lane, lane < 2 ? 1_005 : 1_000);
        var lost = await Assert.ThrowsAsync<TransactionLostException>(() => old.Producer.Running);

        output.WriteLine(lost.Message);
        Assert.Equal((TransactionLoss.Fenced, false), (lost.Loss, lost.MayBeCommitted));
        await Assert.ThrowsAsync<TransactionLostException>(() => old.CommitAsync(ct));
        Assert.Equal(ends, await cluster.Client.EndOffsetsAsync(RealMirror.Topic, ct));
        Assert.Equal("1000, 1000, 1000, 1000", await RealMirror.VerifyAsync(cluster, ct));
        await next.RunAsync(until: 2_000, TimeSpan.FromMilliseconds(20), ct);
        Assert.Equal("2000, 2000, 2000, 2000", await RealMirror.VerifyAsync(cluster, ct));
    }

    [KafkaFact("0.10.2.2")]
    public async Task A_cluster_older_than_0_11_is_refused_with_a_clear_error()
    {
        var ct = Deadline;
        await using var cluster = await KafkaCluster.StartAsync(new KafkaClusterOptions { Version = "0.10.2.2" }, ct);

        var failure = await Assert.ThrowsAsync<KafkaErrorException>(() => RealMirror.TakeOverAsync(cluster, 1, ct));

        output.WriteLine(failure.Message);
        Assert.Equal(ErrorCode.UnsupportedVersion, failure.Code);
        Assert.Contains("0.11", failure.Message, StringComparison.Ordinal);
    }
}

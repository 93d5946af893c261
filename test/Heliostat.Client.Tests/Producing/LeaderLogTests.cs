using Heliostat.Client.Producing;
using Heliostat.Transport;

namespace Heliostat.Client.Tests.Producing;

/// <summary>W of <see cref="ProduceQueue"/>: what a new leader is asked before it is sent anything.</summary>
public sealed class LeaderLogTests
{
    private static readonly TopicPartition Orders0 = new("orders", 0);

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public async Task A_leader_whose_log_ends_too_soon_is_sent_nothing_and_all_is_refused(int next)
    {
        var cluster = new FakeCluster(2);
        await using var fixture = new ProducerFixture(cluster);
        var (partition, sink) = await BeginAsync(fixture);

        cluster.Log(Orders0).CutBehind(1);
        cluster.MoveLeader(Orders0, next);
        cluster.Cut(0, served: 0);
        cluster.Release(0);

        await ProducerFixture.UntilAsync("it is told", () => sink.Refusal is not null);
        Assert.Equal(ErrorCode.OffsetOutOfRange, sink.Refusal!.Value.Code);
        Assert.Equal("the log of orders-0 ends at offset 2 since leader epoch 1, and 3 was acknowledged", sink.Refusal.Value.Message);
        Assert.Equal([(0L, 2L)], cluster.Log(Orders0).Batches);
        Assert.Equal(0, partition.QueuedBatches);
    }

    [Fact]
    public async Task A_leader_that_holds_all_is_asked_once_and_gets_the_rest()
    {
        var cluster = new FakeCluster(2);
        await using var fixture = new ProducerFixture(cluster);
        var (_, sink) = await BeginAsync(fixture);

        cluster.MoveLeader(Orders0, 1);
        cluster.Cut(0, served: 2);

        await ProducerFixture.UntilAsync("all acknowledged", () => sink.Position == 14);
        fixture.AssertHolds(Orders0, 14);
        Assert.Equal(1, cluster.Looks);
        Assert.Null(sink.Refusal);
    }

    /// <summary>W without another leader: what it lost is behind what it takes, as soon as it does not know the producer.</summary>
    [Theory]
    [InlineData(6, true)]
    [InlineData(10, false)]
    public void A_batch_that_stands_before_what_was_acknowledged_is_not_sent_again_behind_it(long at, bool isCut)
    {
        var frames = new FramePool(long.MaxValue);
        var connection = new object();
        var queue = new ProduceQueue(new ProducerOptions(), new BackOff(TimeSpan.Zero, TimeSpan.Zero, new Random(1)), TimeProvider.System);
        queue.Assign(new ProducerIdentity(1, 0));
        for (var batch = 0; batch < 3; batch++)
        {
            Assert.True(queue.TryEnqueue(TestBatches.Make(frames.RentNow(TestBatches.Size), 0, batch * 10, 10)));
        }

        queue.Send(connection);
        queue.Answered(ErrorCode.None, 0, null);
        Assert.True(queue.TryTakeAcknowledged(out var taken, out _, out _));
        taken.FrameOwned.Dispose();
        queue.Send(connection);
        queue.Send(connection);
        queue.Answered(ErrorCode.OutOfOrderSequenceNumber, -1, null);

        var step = queue.Answered(ErrorCode.None, at, null);

        Assert.Equal(isCut ? ProduceStep.Halt : ProduceStep.NewEpochUnsure, step);
        Assert.Equal(isCut ? ErrorCode.OffsetOutOfRange : ErrorCode.OutOfOrderSequenceNumber, queue.Cause);
        if (isCut) Assert.Equal("the leader took a batch at offset 6, and 9 was acknowledged", queue.Message);
        queue.Close();
        frames.ThrowIfRented();
    }

    /// <summary>Two batches are acknowledged, five are under way.</summary>
    private static async Task<(ProducerPartition Partition, RecordingSink Sink)> BeginAsync(ProducerFixture fixture)
    {
        var cluster = fixture.Cluster;
        cluster.Create(Orders0, leader: 0);
        var (partition, sink) = fixture.Open(Orders0);
        fixture.Enqueue(partition, 0, 1);
        await ProducerFixture.UntilAsync("trusted", () => sink.Position == 2);
        fixture.Enqueue(partition, 2, 1);
        await ProducerFixture.UntilAsync("two acknowledged", () => sink.Position == 4);
        cluster.Hold(0);
        fixture.Enqueue(partition, 4, 5);
        await ProducerFixture.UntilAsync("five are sent", () => cluster.Requests.Count == 7);
        return (partition, sink);
    }
}

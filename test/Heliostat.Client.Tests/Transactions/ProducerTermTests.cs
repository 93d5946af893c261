using Heliostat.Broker.Faults;
using Heliostat.Client.Producing;
using Heliostat.Client.Tests.Producing;
using Heliostat.Client.Transactions;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Records;
using Heliostat.Testing.Embedded;

namespace Heliostat.Client.Tests.Transactions;

/// <summary>
/// Owners of a transactional id that write outside of transactions. What brokers do about them is held by the conformance tests.
/// </summary>
public sealed class ProducerTermTests
{
    private const string Topic = "target";
    private static readonly TopicPartition Target = new(Topic, 0);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static CancellationToken Ct => CancellationToken.None;

    [Fact]
    public async Task A_former_owner_writes_until_it_is_fenced_and_then_ends()
    {
        await using var cluster = await EmbeddedTestCluster.StartAsync(1, null, Ct);
        await cluster.Client.CreateTopicAsync(Topic, 1, null, Ct);
        await using var old = await Owner.TakeAsync(cluster);
        await old.WriteAsync(5);
        await using var heir = await Owner.TakeAsync(cluster);
        Assert.Equal((old.Term.ProducerId, old.Term.Epoch + 1), (heir.Term.ProducerId, heir.Term.Epoch));
        await old.WriteAsync(10);

        await heir.Term.FenceAsync([Target], Patience, Ct);
        old.Enqueue(10);
        var ended = await Assert.ThrowsAsync<KafkaErrorException>(() => old.Producer.Running);

        Assert.Equal(ErrorCode.InvalidProducerEpoch, ended.Code);
        await heir.WriteAsync(5);
        Assert.Equal((15, 0), await CountAsync(cluster));
        Assert.Null(await heir.Producer.Network.ProducerAtAsync(Target, 10, Ct));
        Assert.Equal(heir.Term.ProducerId, await heir.Producer.Network.ProducerAtAsync(Target, 11, Ct));
        await Assert.ThrowsAsync<KafkaErrorException>(() => old.Term.FenceAsync([Target], Patience, Ct));
    }

    [Fact]
    public async Task A_partition_asks_the_coordinator_for_its_next_epoch_and_the_others_keep_theirs()
    {
        await using var cluster = await EmbeddedTestCluster.StartAsync(1, null, Ct);
        await cluster.Client.CreateTopicAsync(Topic, 2, null, Ct);
        await using var owner = await Owner.TakeAsync(cluster);
        await owner.WriteAsync(5);
        var other = owner.Term.Open(owner.Producer.Producer, new TopicPartition(Topic, 1), new RecordingSink());
        await owner.RefuseAsync(cluster, 5);

        owner.Partition.Restart();
        owner.Enqueue(5);
        await ProducerFixture.UntilAsync("acknowledged", () => owner.Sink.Position == 10);

        Assert.Equal((1, 0), (owner.Partition.Identity.Epoch, other.Identity.Epoch));
        Assert.Equal(1, owner.Term.Epoch);
        await using var heir = await Owner.TakeAsync(cluster);
        Assert.Equal(2, heir.Term.Epoch);
    }

    [Fact]
    public async Task One_whose_id_is_anothers_by_now_gets_no_next_epoch()
    {
        await using var cluster = await EmbeddedTestCluster.StartAsync(1, null, Ct);
        await cluster.Client.CreateTopicAsync(Topic, 1, null, Ct);
        await using var old = await Owner.TakeAsync(cluster);
        await old.WriteAsync(5);
        await using var between = await Owner.TakeAsync(cluster);
        await using var heir = await Owner.TakeAsync(cluster);
        await old.RefuseAsync(cluster, 5);

        old.Partition.Restart();

        Assert.Equal(ErrorCode.ProducerFenced, (await Assert.ThrowsAsync<KafkaErrorException>(() => old.Producer.Running)).Code);
    }

    [Fact]
    public async Task What_is_closed_with_something_under_way_is_remembered_and_goes_on_in_a_later_epoch()
    {
        await using var cluster = await EmbeddedTestCluster.StartAsync(1, null, Ct);
        await cluster.Client.CreateTopicAsync(Topic, 1, null, Ct);
        await using var owner = await Owner.TakeAsync(cluster);
        await owner.WriteAsync(5);
        owner.Producer.Producer.Close(owner.Partition);
        Assert.False(owner.Term.MayHaveLeftSomething);
        owner.Reopen();
        await owner.WriteAsync(10);
        Assert.Equal(0, owner.Partition.Identity.Epoch);

        using (cluster.Cluster.Faults.Close(ApiKey.Produce, times: 1_000))
        {
            owner.Enqueue(10);
            await ProducerFixture.UntilAsync("a batch to be under way", () => owner.Partition.Snapshot().Cause != ErrorCode.None);
            owner.Producer.Producer.Close(owner.Partition);
        }

        Assert.True(owner.Term.MayHaveLeftSomething);
        owner.Reopen();
        await owner.WriteAsync(15);
        Assert.Equal(1, owner.Partition.Identity.Epoch);
        Assert.Equal((15, 0), await CountAsync(cluster));
    }

    [Fact]
    public async Task What_was_refused_and_cannot_have_been_appended_costs_no_epoch_however_often()
    {
        await using var cluster = await EmbeddedTestCluster.StartAsync(1, null, Ct);
        await cluster.Client.CreateTopicAsync(Topic, 1, null, Ct);
        await using var owner = await Owner.TakeAsync(cluster);
        await owner.WriteAsync(5);
        using (cluster.Cluster.Faults.Fail(ApiKey.Produce, ErrorCode.TopicAuthorizationFailed, times: 4))
        {
            for (var times = 1; times <= 4; times++)
            {
                owner.Enqueue(5);
                await ProducerFixture.UntilAsync("refused", () => owner.Sink.Refusals == times);
                owner.Partition.Restart();
            }
        }

        await owner.WriteAsync(10);

        Assert.Equal((0, 0), (owner.Partition.Identity.Epoch, owner.Term.Epoch));
        Assert.Equal((10, 0), await CountAsync(cluster));
    }

    [Fact]
    public async Task A_term_whose_coordinator_does_not_answer_holds_up_no_other()
    {
        await using var cluster = await EmbeddedTestCluster.StartAsync(1, null, Ct);
        await cluster.Client.CreateTopicAsync(Topic, 2, null, Ct);
        await using var owner = await Owner.TakeAsync(cluster);
        var other = new ProducerTerm(owner.Producer.Client, "A-mm2-MirrorSourceConnector-1", TimeProvider.System);
        var sink = new RecordingSink();
        await other.TakeAsync(Ct);
        var lane = other.Open(owner.Producer.Producer, new TopicPartition(Topic, 1), sink);
        await owner.RefuseAsync(cluster, 0);
        await RefuseAsync(cluster, () => owner.Enqueue(lane, 0), sink);
        using (cluster.Cluster.Faults.Intercept(
            ApiKey.InitProducerId,
            request => IsOf(request, '0') ? new FaultAction { Error = ErrorCode.ConcurrentTransactions } : null))
        {
            owner.Partition.Restart();
            owner.Enqueue(0);
            lane.Restart();
            owner.Enqueue(lane, 0);
            await ProducerFixture.UntilAsync("the other one to go on", () => sink.Position == 5);
            Assert.Equal(0, owner.Sink.Position);
        }

        await ProducerFixture.UntilAsync("the first one to go on", () => owner.Sink.Position == 5);
        Assert.Equal((10, 0), await CountAsync(cluster));
    }

    [Fact]
    public async Task A_partition_that_may_not_be_written_to_leaves_no_other_unfenced()
    {
        await using var cluster = await EmbeddedTestCluster.StartAsync(1, null, Ct);
        await cluster.Client.CreateTopicAsync(Topic, 2, null, Ct);
        await using var old = await Owner.TakeAsync(cluster);
        await old.WriteAsync(5);
        await using var heir = await Owner.TakeAsync(cluster);
        var closed = new TopicPartition(Topic, 1);

        using (cluster.Cluster.Faults.Answer<AddPartitionsToTxnRequest, AddPartitionsToTxnResponse>(
            ApiKey.AddPartitionsToTxn, request => Without(request, closed.Partition)))
        {
            var left = await heir.Term.FenceAsync([Target, closed], Patience, Ct);
            Assert.Equal(ErrorCode.TopicAuthorizationFailed, Assert.Contains(closed, left));
            Assert.Single(left);
        }

        old.Enqueue(5);
        Assert.Equal(ErrorCode.InvalidProducerEpoch, (await Assert.ThrowsAsync<KafkaErrorException>(() => old.Producer.Running)).Code);
    }

    [Fact]
    public async Task What_is_closed_after_a_refusal_that_leaves_a_doubt_goes_on_in_a_later_epoch()
    {
        await using var cluster = await EmbeddedTestCluster.StartAsync(1, null, Ct);
        await cluster.Client.CreateTopicAsync(Topic, 1, null, Ct);
        await using var owner = await Owner.TakeAsync(cluster);
        await owner.WriteAsync(5);
        await owner.RefuseAsync(cluster, 5);

        owner.Producer.Producer.Close(owner.Partition);
        owner.Reopen();
        await owner.WriteAsync(10);

        Assert.Equal(1, owner.Partition.Identity.Epoch);
        Assert.Equal((10, 0), await CountAsync(cluster));
        Assert.Equal(0, owner.Producer.Producer.Snapshot().EpochBumps);
    }

    /// <summary>As a broker answers where its user may not write to one of the topics.</summary>
    private static AddPartitionsToTxnResponse? Without(AddPartitionsToTxnRequest request, int closed)
    {
        if (!request.V3AndBelowTopics.Exists(topic => topic.Partitions.Contains(closed))) return null;

        return new() { ResultsByTopicV3AndBelow = [.. request.V3AndBelowTopics.Select(topic => Without(topic, closed))] };
    }

    private static AddPartitionsToTxnTopicResult Without(AddPartitionsToTxnTopic topic, int closed) => new()
    {
        Name = topic.Name,
        ResultsByPartition =
        [
            .. topic.Partitions.Select(partition => new AddPartitionsToTxnPartitionResult
            {
                PartitionIndex = partition,
                PartitionErrorCode = partition == closed ? ErrorCode.TopicAuthorizationFailed : ErrorCode.OperationNotAttempted,
            }),
        ],
    };

    private static bool IsOf(FaultyRequest request, char slot) => ((InitProducerIdRequest)request.Body).TransactionalId!.EndsWith(slot);

    /// <summary>What is enqueued is refused, after an answer that said that it may be appended.</summary>
    private static async Task RefuseAsync(EmbeddedTestCluster cluster, Action enqueue, RecordingSink sink)
    {
        var (asked, before) = (0, sink.Refusals);
        using var refusing = cluster.Cluster.Faults.Intercept(ApiKey.Produce, _ => new FaultAction
        {
            Error = Interlocked.Increment(ref asked) == 1 ? ErrorCode.NotEnoughReplicasAfterAppend : ErrorCode.MessageTooLarge,
        });
        enqueue();
        await ProducerFixture.UntilAsync("refused", () => sink.Refusals == before + 1);
    }

    private static async Task<(long Count, long Uncommitted)> CountAsync(EmbeddedTestCluster cluster)
    {
        var count = (await cluster.Client.ReadAsync(Topic, new(), Ct)).Sum(partition => partition.Count);
        return (count,
            (await cluster.Client.EndOffsetsAsync(Topic, Ct)).Sum() - (await cluster.Client.StableOffsetsAsync(Topic, Ct)).Sum());
    }

    /// <summary>A process that has the id.</summary>
    private sealed class Owner : IAsyncDisposable
    {
        private readonly RecordBatchBuilder _builder = new();

        private Owner(EmbeddedTestCluster cluster)
        {
            Producer = new RealProducer(cluster);
            Term = new ProducerTerm(Producer.Client, "A-mm2-MirrorSourceConnector-0", TimeProvider.System);
        }

        public RealProducer Producer { get; }

        public ProducerTerm Term { get; }

        public RecordingSink Sink { get; private set; } = new();

        public ProducerPartition Partition { get; private set; } = null!;

        public static async Task<Owner> TakeAsync(EmbeddedTestCluster cluster)
        {
            var owner = new Owner(cluster);
            await owner.Term.TakeAsync(Ct);
            owner.Reopen();
            return owner;
        }

        public void Reopen() => Partition = Term.Open(Producer.Producer, Target, Sink);

        /// <summary>Five records from <paramref name="first"/> on.</summary>
        public void Enqueue(long first) => Enqueue(Partition, first);

        public void Enqueue(ProducerPartition partition, long first) =>
            partition.Enqueue(Producer.Build(_builder, first, 5, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()));

        public Task RefuseAsync(EmbeddedTestCluster cluster, long first) =>
            ProducerTermTests.RefuseAsync(cluster, () => Enqueue(first), Sink);

        /// <summary>Five records up to <paramref name="until"/>, acknowledged.</summary>
        public async Task WriteAsync(long until)
        {
            Enqueue(until - 5);
            await ProducerFixture.UntilAsync("acknowledged", () => Sink.Position == until);
        }

        public async ValueTask DisposeAsync()
        {
            await Producer.DisposeAsync();
            _builder.Dispose();
        }
    }
}

using System.Collections.Concurrent;
using Heliostat.Broker.Faults;
using Heliostat.Client.Admin;
using Heliostat.Client.Membership;
using Heliostat.Mirroring.Flows;
using Heliostat.Mirroring.Ownership;
using Heliostat.Protocol.Messages;
using Heliostat.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Mirroring.Tests.Flows;

/// <summary>Several processes on one file share its flows.</summary>
public sealed class WorkersTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Ct => CancellationToken.None;

    [Fact]
    public async Task Those_that_come_and_go_share_the_lanes_and_nothing_is_mirrored_twice()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("orders", 12, null, Ct);
        using var load = new CancellationTokenSource();
        var loading = bench.LoadAsync(load.Token);
        await using (var first = new RunningWorker(bench, ""))
        {
            await first.HasAsync(32, workers: 1);
            await using (var second = new RunningWorker(bench, ""))
            {
                await second.HasAsync(16, workers: 2);
                await first.HasAsync(16, workers: 2);
                await first.LanesAsync(lanes => lanes is > 0 and < 12);
                await second.LanesAsync(lanes => lanes + first.Flow.Snapshot().Lanes.RunningLanes == 12);
                await using (var third = new RunningWorker(bench, ""))
                {
                    await third.HasAsync(10, workers: 3);
                    await third.LanesAsync(lanes => lanes > 0);
                    await first.StopAsync();
                    await third.HasAsync(16, workers: 2);
                    await second.HasAsync(16, workers: 2);
                }

                await second.HasAsync(32, workers: 1);
                await second.LanesAsync(12);
                await load.CancelAsync();
                var count = await loading;
                await Eventually.ValueAsync("all of it", Patience, async _ => await bench.EndAsync("B", "A.orders"), end => end >= count,
                    Ct);
            }
        }

        Assert.Equal(await bench.ContentAsync("A", "orders"), await bench.ContentAsync("B", "A.orders"));
    }

    [Fact]
    public async Task Topics_made_and_removed_meanwhile_are_mirrored_by_whoever_has_their_lanes()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await using var first = new RunningWorker(bench, "");
        await using var second = new RunningWorker(bench, "");
        await second.HasAsync(16, workers: 2);

        await bench.Client("A").CreateTopicAsync("late", 4, null, Ct);
        await bench.Client("A").GenerateAsync("late", new() { Count = 400, Partitions = 4 }, Ct);
        await Eventually.ValueAsync("all of it", Patience, async _ => await bench.EndAsync("B", "A.late"), end => end >= 400, Ct);

        Assert.Equal(await bench.ContentAsync("A", "late"), await bench.ContentAsync("B", "A.late"));
        await first.LanesAsync(2);
        await second.LanesAsync(2);
    }

    [Fact]
    public async Task One_with_another_file_is_told_what_differs_and_mirrors_nothing()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("orders", 2, null, Ct);
        await using var first = new RunningWorker(bench, "");
        await first.LanesAsync(2);
        await using var other = new RunningWorker(bench, "topics = orders, payments");

        await Eventually.TrueAsync("it to be told", Patience, () => other.Flow.Snapshot().Worker is { Slots: 0, Differs: ["topics"] }, Ct);

        await first.HasAsync(32, workers: 1);
        Assert.Equal(0, other.Flow.Snapshot().Lanes.Lanes);
    }

    [Fact]
    public async Task No_more_work_at_once_than_tasks_max_says()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("orders", 4, null, Ct);
        await using var first = new RunningWorker(bench, "tasks.max = 1");
        await first.LanesAsync(4);
        await using var second = new RunningWorker(bench, "tasks.max = 1");
        await Eventually.TrueAsync("it to be in the group", Patience, () => second.Flow.Snapshot().Worker is { Workers: 2 }, Ct);

        Assert.Equal((1, 0), (first.Flow.Snapshot().Worker!.Slots, second.Flow.Snapshot().Worker!.Slots));
        await first.StopAsync();
        await second.LanesAsync(4);
    }

    [Fact]
    public async Task One_that_was_put_out_under_load_joins_again_and_repeats_nothing()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("orders", 12, null, Ct);
        using var load = new CancellationTokenSource();
        var loading = bench.LoadAsync(load.Token);
        await using var worker = new RunningWorker(bench, "");
        await worker.LanesAsync(12);

        for (var times = 0; times < 3; times++)
        {
            using (bench.Cluster("B").Cluster.Faults.Fail(ApiKey.Heartbeat, ErrorCode.UnknownMemberId, times: 1))
            {
                await Eventually.TrueAsync("it to be put out", Patience, () => worker.Flow.Snapshot().Worker is not { Slots: > 0 }, Ct);
            }

            await worker.LanesAsync(12);
        }

        await load.CancelAsync();
        var count = await loading;
        await Eventually.ValueAsync("all of it", Patience, async _ => await bench.EndAsync("B", "A.orders"), end => end >= count, Ct);
        await worker.StopAsync();
        Assert.Equal(await bench.ContentAsync("A", "orders"), await bench.ContentAsync("B", "A.orders"));
    }

    [Fact]
    public async Task What_a_killed_process_left_at_a_broker_is_refused_once_others_have_its_lanes()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("orders", 4, null, Ct);
        await bench.Client("A").GenerateAsync("orders", new() { Count = 400, Partitions = 4 }, Ct);
        var first = new RunningWorker(bench, "");
        await Eventually.ValueAsync("the first of it", Patience, async _ => await bench.EndAsync("B", "A.orders"), end => end >= 400, Ct);
        await using var socket = bench.KafkaClient("B");
        socket.Metadata.Track("A.orders");
        var topicId = (await socket.Metadata.RefreshAsync(Ct)).Topics["A.orders"].TopicId;
        ConcurrentQueue<ProduceRequest> sent = [];
        using (bench.Cluster("B").Cluster.Faults.Intercept(ApiKey.Produce, request => Keep((ProduceRequest)request.Body, topicId, sent)))
        {
            await bench.Client("A").GenerateAsync("orders", new() { First = 400, Count = 400, Partitions = 4 }, Ct);
            await Eventually.TrueAsync("batches to be under way", Patience, () => !sent.IsEmpty, Ct);
            await first.KillAsync();
        }

        await using var second = new RunningWorker(bench, "");
        await Eventually.ValueAsync("all of it", Patience,
            async _ => (await bench.ContentAsync("B", "A.orders")).Sum(partition => partition.Count), count => count == 800, Ct);
        foreach (var late in sent)
        {
            var answer = await socket.CallAnyAsync(late, Ct);
            Assert.All(answer.Responses.AsEnumerable(), topic => Assert.All(topic.PartitionResponses.AsEnumerable(),
                one => Assert.Equal(ErrorCode.InvalidProducerEpoch, one.ErrorCode)));
        }

        Assert.Equal(await bench.ContentAsync("A", "orders"), await bench.ContentAsync("B", "A.orders"));
    }

    /// <summary>What of a request is for a topic; it gets as far as the broker's socket, and no further.</summary>
    private static FaultAction? Keep(ProduceRequest request, Guid topicId, ConcurrentQueue<ProduceRequest> sent)
    {
        var kept = new ProduceRequest { Acks = -1, TimeoutMs = 30_000 };
        foreach (var topic in request.TopicData)
        {
            if (topic.TopicId == topicId)
            {
                var row = kept.TopicData.Next();
                row.TopicId = topicId;
                foreach (var partition in topic.PartitionData)
                {
                    var data = row.PartitionData.Next();
                    (data.Index, data.Records) = (partition.Index, partition.Records.ToArray());
                }
            }
        }

        if (kept.TopicData.Count == 0)
        {
            return null;
        }

        sent.Enqueue(kept);
        return new FaultAction { Close = true };
    }

    [Fact]
    public async Task While_the_group_has_members_of_another_kind_nothing_is_mirrored_and_it_is_said()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("orders", 1, null, Ct);
        await using var other = bench.KafkaClient("B", "connect-1");
        using var leave = new CancellationTokenSource();
        var member = new WorkGroup(other, new MemberOptions { GroupId = "A-mm2" }, new OtherKind(), TimeProvider.System,
            NullLoggerFactory.Instance).RunAsync(leave.Token);
        await Eventually.ValueAsync("the other member", Patience, async _ => await new AdminClient(other,
            TimeProvider.System).DescribeGroupsAsync(["A-mm2"], Ct), groups => groups is [{ Members.Count: 1 }], Ct);

        await using var late = new RunningWorker(bench, "");
        await Eventually.ValueAsync("it to wait", Patience, _ => Task.FromResult(late.Flow.Snapshot()),
            now => now is { Status: FlowStatus.Waiting, Cause: { } cause }
                && cause.Contains("MirrorMaker 2 runs this flow (connect-1)", StringComparison.Ordinal), Ct);
        await leave.CancelAsync();
        await member;
        await late.HasAsync(32, workers: 1);
    }

    [Fact]
    public async Task What_an_operator_says_of_who_has_what_is_done_from_anywhere()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("orders", 12, null, Ct);
        using var load = new CancellationTokenSource();
        var loading = bench.LoadAsync(load.Token);
        await using var first = new RunningWorker(bench, "", "first");
        await first.LanesAsync(12);
        await using var second = new RunningWorker(bench, "", "second");
        await second.HasAsync(16, workers: 2);
        await first.HasAsync(16, workers: 2);
        var flow = bench.File("A->B.enabled = true").Flows.Single(flow => flow.Enabled);
        await using var shares = new FlowShares(flow, TimeProvider.System, NullLoggerFactory.Instance);
        var workers = await shares.WorkersAsync(Ct);
        Assert.Equal([("first", 16, true), ("second", 16, false)], workers.Select(one => (one.Name, one.Slots.Count, one.HasControl)));

        int[] moved = [.. workers[0].Slots.Take(3)];
        Assert.Equal("there is no worker 'third': first, second",
            (await shares.MoveAsync("third", moved, null, dryRun: false, Ct)).Refusal);
        Assert.Equal("name slots of 0 to 31, or a partition", (await shares.MoveAsync("second", [32], null, dryRun: false, Ct)).Refusal);
        Assert.Single((await shares.MoveAsync("second", [], new TopicPartition("orders", 3), dryRun: true, Ct)).Slots);
        Assert.Equal(moved, (await shares.MoveAsync("second", moved, null, dryRun: false, Ct)).Slots);
        await Eventually.ValueAsync("them to be there", Patience, _ => IsMovedAsync(), isMoved => isMoved, Ct);
        Assert.Null(await shares.DrainAsync("second", isDrained: true, dryRun: false, Ct));
        await second.HasAsync(0, workers: 2);
        await first.HasAsync(32, workers: 2);
        await first.LanesAsync(12);
        Assert.Equal([false, true], (await shares.WorkersAsync(Ct)).Select(worker => worker.IsDrained));
        Assert.Equal("first is the only one: nobody else could take over what it has",
            await shares.DrainAsync("first", isDrained: true, dryRun: true, Ct));
        Assert.Null(await shares.DrainAsync("second", isDrained: false, dryRun: false, Ct));
        await second.HasAsync(16, workers: 2);
        await Eventually.ValueAsync("what was moved to be back", Patience, _ => IsMovedAsync(), isMoved => isMoved, Ct);
        Assert.Null(await shares.RebalanceAsync(dryRun: false, Ct));

        async Task<bool> IsMovedAsync() => (await shares.WorkersAsync(Ct))[1].Slots.Intersect(moved).Count() == 3;

        await load.CancelAsync();
        var count = await loading;
        await Eventually.ValueAsync("all of it", Patience, _ => bench.RecordsAsync("B", "A.orders"), there => there >= count, Ct);
        Assert.Equal(await bench.ContentAsync("A", "orders"), await bench.ContentAsync("B", "A.orders"));
    }

    private sealed class OtherKind : IWorker
    {
        public string ProtocolType => "connect";

        public string Protocol => "sessioned";

        public bool IsMoving => false;

        public bool IsGone(ReadOnlyMemory<byte> offer) => false;

        public bool IsToBeAnnounced() => false;

        public byte[] Offer() => [];

        public IReadOnlyDictionary<string, byte[]> Assign(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> offers, string self) =>
            new Dictionary<string, byte[]>();

        public ValueTask AloneAsync(CancellationToken ct) => ValueTask.CompletedTask;

        public ValueTask ShareAsync(ReadOnlyMemory<byte> share, bool leads, CancellationToken ct) => ValueTask.CompletedTask;

        public ValueTask LoseAsync() => ValueTask.CompletedTask;

        public ValueTask GiveUpAsync() => ValueTask.CompletedTask;

        public string Explain(string protocolType, string clients) => protocolType;
    }
}

using Heliostat.Broker.Faults;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Flows;
using Heliostat.Mirroring.Ownership;
using Heliostat.Mirroring.Sharing;
using Heliostat.Mirroring.Tests.Flows;
using Heliostat.Protocol.Messages;
using Heliostat.Testing;
using Heliostat.Testing.RealKafka;
using Heliostat.Transport;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Mirroring.Tests.Ownership;

public sealed class SlotTermsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Ct => CancellationToken.None;

    [Fact]
    public void A_mark_is_read_as_it_was_written_and_speaks_for_the_very_next_term_only()
    {
        var written = new SlotMark(3, 4711, 8, "host/1").Write();

        var read = SlotMark.Read(written.Key, written.Value)!;
        Assert.Equal(new SlotMark(3, 4711, 8, "host/1"), read);
        Assert.True(read.IsFollowedBy(4711, 9));
        Assert.False(read.IsFollowedBy(4711, 10));
        Assert.False(read.IsFollowedBy(4711, 8));
        Assert.False(read.IsFollowedBy(4712, 9));
        Assert.Equal("""["slot",3]""", System.Text.Encoding.UTF8.GetString(written.Key));
        Assert.Equal("""{"worker":"host/1","producer":4711,"term":8,"clean":true}""", System.Text.Encoding.UTF8.GetString(written.Value!));
    }

    [Theory]
    [InlineData("""["lane","slot",3]""", "{}")]
    [InlineData("""["slot"]""", "{}")]
    [InlineData("""["slot","3"]""", """{"worker":"w","producer":1,"term":1,"clean":true}""")]
    [InlineData("""["slot",3]""", """{"worker":"w","producer":1,"term":1,"clean":false}""")]
    [InlineData("""["slot",3]""", """{"worker":"w","producer":1,"term":70000,"clean":true}""")]
    [InlineData("""["slot",3]""", "no json")]
    public void Other_records_of_the_state_topic_are_no_marks(string key, string value) =>
        Assert.Null(SlotMark.Read(System.Text.Encoding.UTF8.GetBytes(key), System.Text.Encoding.UTF8.GetBytes(value)));

    [Fact]
    public async Task After_a_clean_stop_nothing_is_fenced_and_after_a_kill_what_was_behind()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("orders", 4, null, Ct);
        await WriteAsync(bench, 0, 1, 2, 3);
        await MirrorAsync(bench, 4);
        await WriteAsync(bench, 0, 1, 2, 3);
        await MirrorAsync(bench, 8);
        Assert.Equal("2, 2, 2, 2", await EndsAsync(bench));

        await KillAsync(bench);
        await WriteAsync(bench, 1);
        await MirrorAsync(bench, 9);

        Assert.Equal("2, 4, 2, 2", await EndsAsync(bench));
        Assert.Equal(await bench.ContentAsync("A", "orders"), await bench.ContentAsync("B", "A.orders"));
        await WriteAsync(bench, 1);
        await MirrorAsync(bench, 10);
        Assert.Equal("2, 5, 2, 2", await EndsAsync(bench));
    }

    [Fact]
    public async Task A_target_that_gives_no_terms_is_mirrored_to_under_the_lease_and_it_is_said()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("orders", 1, null, Ct);
        await WriteAsync(bench, 0);
        var loggers = new RecordingLoggerFactory();
        using (bench.Cluster("B").Cluster.Faults.Intercept(
            ApiKey.InitProducerId,
            request => IsOfSlot(request) ? new FaultAction { Error = ErrorCode.TransactionalIdAuthorizationFailed } : null))
        {
            await bench.RunUntilAsync("A->B.enabled = true", "the record", async _ => await CountAsync(bench) == 1, loggers);
        }

        Assert.Contains(loggers.Lines, line => line.Contains("slots without a transactional id: 32", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_target_that_gives_no_terms_is_asked_again_when_slots_come_later()
    {
        var (time, asked) = (new ManualTimeProvider(), 0);
        var scope = new FlowScope(time, NullLoggerFactory.Instance, NullLogger.Instance, new FramePool(1 << 20));
        var terms = new SlotTerms(new LaneSlots(2), _ => throw new InvalidOperationException(), new SlotMarks(), null!, "host/1", scope)
        {
            NoneFor = _ => Task.FromResult<string?>($"no, {++asked}"),
        };
        await terms.TakeAsync([0], Ct);
        await terms.TakeAsync([1], Ct);
        Assert.Equal(1, asked);

        time.Advance(TimeSpan.FromMinutes(1));
        await terms.TakeAsync([1], Ct);

        Assert.Equal(2, asked);
    }

    [Fact]
    public async Task Who_opened_nothing_after_a_kill_does_not_say_that_nothing_is_under_way()
    {
        await using var bench = await KilledAsync();
        var loggers = new RecordingLoggerFactory();
        using (bench.Cluster("A").Cluster.Faults.Intercept(ApiKey.ListOffsets,
            request => ((ListOffsetsRequest)request.Body).Topics.Any(topic => topic.Name == "orders")
                ? new FaultAction { Error = ErrorCode.TopicAuthorizationFailed } : null))
        {
            await bench.RunUntilAsync(
                "A->B.enabled = true", "nothing to be opened", _ =>
                    Task.FromResult(loggers.Lines.Any(line => line.Contains("cannot be mirrored now", StringComparison.Ordinal))), loggers);
        }

        await MirrorAsync(bench, 5);

        Assert.Equal("1, 3, 1, 1", await EndsAsync(bench));
    }

    [Fact]
    public async Task A_leader_that_may_not_know_where_its_log_ends_is_not_believed()
    {
        await using var bench = await KilledAsync();
        var fenced = 0;
        using var fencing = bench.Cluster("B").Cluster.Faults.Intercept(ApiKey.AddPartitionsToTxn, _ =>
        {
            Interlocked.Increment(ref fenced);
            return null;
        });
        using var old = bench.Cluster("A").Cluster.Faults.Answer<ListOffsetsRequest, ListOffsetsResponse>(
            ApiKey.ListOffsets, request => Volatile.Read(ref fenced) == 0 && IsOfEnds(request) ? Low(request) : null);

        await MirrorAsync(bench, 5);

        Assert.Equal("2, 3, 2, 2", await EndsAsync(bench));
        Assert.Equal(await bench.ContentAsync("A", "orders"), await bench.ContentAsync("B", "A.orders"));
    }

    [Fact]
    public async Task A_target_with_too_few_brokers_for_transactions_is_not_waited_for()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("orders", 1, null, Ct);
        await WriteAsync(bench, 0);
        var loggers = new RecordingLoggerFactory();
        using var configs = bench.Cluster("B").Cluster.Faults.Answer<DescribeConfigsRequest, DescribeConfigsResponse>(
            ApiKey.DescribeConfigs,
            request => request.Resources is [{ ResourceType: ConfigResourceType.Broker, ConfigurationKeys: [{ } key] }]
                ? new() { Results = [new() { ResourceName = "0", Configs = [new() { Name = key, Value = "3" }] }] } : null);
        using var never = bench.Cluster("B").Cluster.Faults.Intercept(
            ApiKey.InitProducerId, request => IsOfSlot(request) ? new FaultAction { Error = ErrorCode.CoordinatorNotAvailable } : null);

        await bench.RunUntilAsync("A->B.enabled = true", "the record", async _ => await CountAsync(bench) == 1, loggers);

        Assert.Contains(loggers.Lines, line => line.Contains(
            "slots without a transactional id: 32, as the target gives none: its topic for transactions wants 3 brokers",
            StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_flow_whose_slots_are_anothers_begins_anew_and_takes_them()
    {
        await using var bench = await KilledAsync();
        var taken = 0;
        using var counting = bench.Cluster("B").Cluster.Faults.Intercept(ApiKey.InitProducerId, request =>
        {
            Interlocked.Add(ref taken, IsOfSlot(request) ? 1 : 0);
            return null;
        });
        using var fenced = bench.Cluster("B").Cluster.Faults.Intercept(
            ApiKey.AddPartitionsToTxn, _ => Volatile.Read(ref taken) > 32 ? null : new FaultAction { Error = ErrorCode.ProducerFenced });

        await MirrorAsync(bench, 5);

        Assert.Equal(await bench.ContentAsync("A", "orders"), await bench.ContentAsync("B", "A.orders"));
    }

    [Fact]
    public async Task A_fence_that_was_not_ended_is_ended_later()
    {
        await using var bench = await KilledAsync();
        using var refused = bench.Cluster("B").Cluster.Faults.Fail(ApiKey.EndTxn, ErrorCode.TransactionalIdAuthorizationFailed);

        await bench.RunUntilAsync("A->B.enabled = true", "record and marker", async _ => await EndsAsync(bench) == "1, 3, 1, 1");

        Assert.Equal(await bench.ContentAsync("A", "orders"), await bench.ContentAsync("B", "A.orders"));
    }

    /// <summary>Each of four partitions has mirrored a record; one more of the second was written after the mirror was killed.</summary>
    private static async Task<FlowBench> KilledAsync()
    {
        var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("orders", 4, null, Ct);
        await WriteAsync(bench, 0, 1, 2, 3);
        await MirrorAsync(bench, 4);
        await KillAsync(bench);
        await WriteAsync(bench, 1);
        return bench;
    }

    /// <summary>All ends as they were before the last record, as a leader before Kafka 2.1 tells them.</summary>
    private static ListOffsetsResponse Low(ListOffsetsRequest request) => new()
    {
        Topics =
        [
            .. request.Topics.Select(topic => new ListOffsetsTopicResponse
            {
                Name = topic.Name,
                Partitions = [.. topic.Partitions.Select(Low)]
            }),
        ],
    };

    private static ListOffsetsPartitionResponse Low(ListOffsetsPartition asked) =>
        new() { PartitionIndex = asked.PartitionIndex, Offset = 1 };

    private static bool IsOfEnds(ListOffsetsRequest request) =>
        request.Topics.Exists(topic => topic.Partitions.Exists(one => one.Timestamp == -1));

    private static bool IsOfSlot(FaultyRequest request) => ((InitProducerIdRequest)request.Body).TransactionalId is not null;

    private static Task WriteAsync(FlowBench bench, params int[] partitions) =>
        bench.Client("A").ProduceAsync("orders", partitions.Select(partition => KafkaRecord.Of("k", "v", partition)),
            new Dictionary<string, string>(), Ct);

    private static Task MirrorAsync(FlowBench bench, long count) =>
        bench.RunUntilAsync("A->B.enabled = true", $"{count} records", async _ => await CountAsync(bench) == count);

    private static async Task<string> EndsAsync(FlowBench bench) =>
        string.Join(", ", await bench.Client("B").EndOffsetsAsync("A.orders", Ct));

    private static Task<long> CountAsync(FlowBench bench) => bench.RecordsAsync("B", "A.orders");

    private static async Task KillAsync(FlowBench bench)
    {
        var engine = bench.Engine("A->B.enabled = true");
        using var kill = new CancellationTokenSource();
        var running = engine.RunAsync(CancellationToken.None, kill.Token);
        await Eventually.TrueAsync("lanes", Patience,
            () => engine.Flows.Single(flow => flow.Name == "A->B").Snapshot().Lanes.RunningLanes == 4, Ct);
        await kill.CancelAsync();
        Assert.Equal(MirrorEnd.Aborted, (await running).End);
    }
}

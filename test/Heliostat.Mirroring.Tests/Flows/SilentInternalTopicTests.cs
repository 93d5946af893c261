using Heliostat.Broker;
using Heliostat.Broker.Faults;
using Heliostat.Client.Admin;
using Heliostat.MirrorClient.OffsetSyncs;
using Heliostat.MirrorClient.Topics;
using Heliostat.Mirroring.Flows;
using Heliostat.Protocol.Messages;
using Heliostat.Testing;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Mirroring.Tests.Flows;

/// <summary>An internal topic whose partition has no leader, and clusters of which a broker is away.</summary>
public sealed class SilentInternalTopicTests
{
    private const string Syncs = "mm2-offset-syncs.B.internal";

    private static CancellationToken Ct => CancellationToken.None;

    [Fact]
    public async Task A_stop_does_not_wait_long_for_the_last_offset_syncs()
    {
        await using var bench = await BenchAsync();
        using var log = new RecordingLoggerFactory();
        using var silent = bench.Cluster("A").Cluster.Faults.Intercept(
            ApiKey.Produce, _ => new FaultAction { Error = ErrorCode.LeaderNotAvailable });

        await bench.RunUntilAsync(
            "A->B.enabled = true", "the records to arrive", async _ => await bench.EndAsync("B", "A.orders") == 10, log);

        Assert.Contains(log.Lines,
            line => line.Contains($"are not in {Syncs}, which took none for 3 s at the stop", StringComparison.Ordinal));
    }

    /// <summary>Where what others left of positions, maps and halts cannot be read, no lane may begin.</summary>
    [Fact]
    public async Task A_start_that_waits_for_a_topic_says_so()
    {
        const string State = "heliostat-state.A.internal";
        await using var bench = await BenchAsync();
        await bench.RunUntilAsync("A->B.enabled = true", "the records to arrive", async _ => await bench.EndAsync("B", "A.orders") == 10);
        var lifted = new TaskCompletionSource();
        using var silent = Silent(bench, "B", State, lifted.Task);

        var said = "";
        await bench.RunUntilAsync("A->B.enabled = true", "the start to say what it waits for, and to go on", seen =>
        {
            if (said.Length == 0 && seen.Flows[0].Cause is { } cause)
            {
                said = cause;
                lifted.TrySetResult();
            }

            return Task.FromResult(said.Length > 0 && seen.Flows[0].Status == FlowStatus.Running);
        });

        Assert.Contains("B: not begun yet: for ", said, StringComparison.Ordinal);
        Assert.Contains($"topic '{State}' can be neither looked up nor read", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ApiKey.ListOffsets)]
    [InlineData(ApiKey.CreateTopics)]
    public async Task Lanes_do_not_wait_for_offset_syncs_and_those_are_right_once_they_come(ApiKey silenced)
    {
        await using var bench = await BenchAsync();
        var lifted = new TaskCompletionSource();
        using var silent = Silent(bench, "A", Syncs, lifted.Task, silenced);
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(50));
        await using var anyway = late.Token.Register(() => lifted.TrySetResult());

        var said = "";
        await bench.RunUntilAsync("A->B.enabled = true", "records to arrive, and the rest after them", async seen =>
        {
            if (said.Length == 0 && seen.Flows[0] is { Status: FlowStatus.Running, Cause: { } cause }
                && await bench.EndAsync("B", "A.orders") == 10)
            {
                said = cause;
                lifted.TrySetResult();
                await bench.Client("A").GenerateAsync("orders", new() { First = 10, Count = 10, Partitions = 1 }, Ct);
            }

            return said.Length > 0 && seen.Flows[0].Cause is null && await bench.EndAsync("B", "A.orders") == 20;
        });

        Assert.Contains("A: for ", said, StringComparison.Ordinal);
        Assert.Contains($"topic '{Syncs}' can be neither looked up nor read", said, StringComparison.Ordinal);
        Assert.Contains("the flow runs without it meanwhile", said, StringComparison.Ordinal);
        var syncs = await SyncsAsync(bench);
        Assert.All(syncs, sync => Assert.Equal(sync.UpstreamOffset, sync.DownstreamOffset));
        Assert.Contains(syncs, sync => sync.UpstreamOffset == 19);
    }

    [Theory]
    [InlineData("offset-syncs.topic.replication.factor", Syncs)]
    [InlineData("checkpoints.topic.replication.factor", "A.checkpoints.internal")]
    [InlineData("heartbeats.topic.replication.factor", "heartbeats")]
    public async Task Lanes_do_not_wait_for_what_cannot_be_made(string setting, string topic)
    {
        await using var bench = await BenchAsync();
        using var log = new RecordingLoggerFactory();
        var said = "";
        await bench.RunUntilAsync(
            $"A->B.enabled = true\nA->B.{setting} = 3\nA->B.emit.heartbeats.enabled = true", "the records to arrive", async seen =>
            {
                said = seen.Flows[0] is { Status: FlowStatus.Running, Cause: { } cause } ? cause : said;
                return said.Length > 0 && await bench.EndAsync("B", "A.orders") == 10;
            }, log);

        Assert.Contains($"topic '{topic}' cannot be created: INVALID_REPLICATION_FACTOR", said, StringComparison.Ordinal);
        Assert.Contains("the flow runs without it until it can be had", said, StringComparison.Ordinal);
        Assert.Single(log.Lines, line => line.Contains("the flow runs without it", StringComparison.Ordinal));
    }

    /// <summary>Half of a topic, and whatever only one broker had, is away.</summary>
    [Fact]
    public async Task With_one_of_two_brokers_of_the_source_away_the_other_is_mirrored()
    {
        await using var bench = await FlowBench.StartAsync(
            new Dictionary<string, EmbeddedClusterOptions> { ["A"] = new() { BrokerCount = 2 }, ["B"] = new() });
        await MakeAsync(bench, "orders");
        await bench.Client("A").GenerateAsync("orders", new() { Count = 40, Partitions = 4 }, Ct);
        await bench.RunUntilAsync("A->B.enabled = true", "all", async _ => await bench.EndAsync("B", "A.orders") == 40);
        await bench.Client("A").GenerateAsync("orders", new() { First = 40, Count = 40, Partitions = 4 }, Ct);
        await MakeAsync(bench, "late");
        await bench.Client("A").GenerateAsync("late", new() { Count = 40, Partitions = 4 }, Ct);
        await bench.Cluster("A").KillBrokerAsync(2, Ct);

        // A question that no leader answers was once asked for a minute, of all lanes at once, and three of them in a row.
        await bench.RunUntilAsync("A->B.enabled = true", "what is there", async seen =>
            await bench.EndAsync("B", "A.orders") == 60 && await bench.EndAsync("B", "A.late") == 20
                && seen.Total.RunningLanes == 4);
        await bench.Cluster("A").StartBrokerAsync(2, Ct);
        await bench.RunUntilAsync("A->B.enabled = true", "all", async _ =>
            await bench.EndAsync("B", "A.orders") == 80 && await bench.EndAsync("B", "A.late") == 40);

        Assert.Equal(await bench.ContentAsync("A", "orders"), await bench.ContentAsync("B", "A.orders"));
        Assert.Equal(await bench.ContentAsync("A", "late"), await bench.ContentAsync("B", "A.late"));
    }

    private static async Task<FlowBench> BenchAsync()
    {
        var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("orders", 1, null, Ct);
        await bench.Client("A").GenerateAsync("orders", new() { Count = 10, Partitions = 1 }, Ct);
        return bench;
    }

    /// <summary>A topic with one replica of each partition.</summary>
    private static async Task MakeAsync(FlowBench bench, string topic)
    {
        await using var client = bench.KafkaClient("A");
        var made = await new AdminClient(client, TimeProvider.System).CreateTopicsAsync(
            [new() { Name = topic, NumPartitions = 4, ReplicationFactor = 1 }], validateOnly: false, Ct);
        Assert.Equal(ErrorCode.None, made.Single().ErrorCode);
    }

    private static Fault Silent(FlowBench bench, string alias, string topic, Task until, ApiKey api = ApiKey.ListOffsets) =>
        bench.Cluster(alias).Cluster.Faults.Intercept(api, request => (request.Body switch
        {
            ListOffsetsRequest asked => asked.Topics.Any(one => one.Name == topic),
            CreateTopicsRequest made => made.Topics.Any(one => one.Name == topic),
            _ => false,
        }) ? new FaultAction { Until = until } : null);

    private static async Task<IReadOnlyList<OffsetSync>> SyncsAsync(FlowBench bench)
    {
        List<OffsetSync> syncs = [];
        await using var client = bench.KafkaClient("A");
        using var done = new CancellationTokenSource();
        var refreshing = client.RunAsync(done.Token);
        await CompactedTopicReader.ReadAllAsync(client, Syncs, new CompactedTopicOptions(),
            record => syncs.Add(OffsetSync.Read(record.Key, record.Value)), TimeProvider.System, NullLoggerFactory.Instance, Ct);
        await done.CancelAsync();
        await refreshing.SettleAsync();
        return syncs;
    }
}

using Heliostat.Client.Admin;
using Heliostat.Mirroring.Flows;
using Heliostat.Protocol.Messages;
using Heliostat.Testing;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Tests.Flows;

/// <summary>What a flow does when something is lost that it stands on.</summary>
public sealed class FlowLossTests
{
    private const string ExactlyOnce = "A->B.enabled = true\nB.exactly.once.source.support = enabled";

    private static readonly CancellationToken Ct = CancellationToken.None;

    [Fact]
    public async Task A_loop_that_fails_in_a_way_nobody_thought_of_is_begun_anew()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("orders", 1, null, Ct);
        using var loggers = new LoggersThatFailOnce(EventIds.FlowLanesOpened);

        await bench.RunUntilAsync(
            "A->B.enabled = true", "the flow to run again",
            seen => Task.FromResult(loggers.Asked == 2
                && seen.Flows[0] is { Status: FlowStatus.Running, Cause: null, Lanes.RunningLanes: 1 }), loggers);
    }

    [Fact]
    public async Task A_group_that_two_brokers_name_is_one_group()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("orders", 1, null, Ct);
        await bench.Client("A").GenerateAsync("orders", new() { Count = 10, Partitions = 1 }, Ct);
        await bench.Client("A").SetGroupOffsetAsync("billing", "orders", 0, 7, Ct);
        ListedGroup[] twice = [new() { GroupId = "billing", ProtocolType = "", GroupState = "Empty" },
            new() { GroupId = "billing", ProtocolType = "", GroupState = "Empty" }];
        using var moving = bench.Cluster("B").Cluster.Faults.Answer<ListGroupsRequest, ListGroupsResponse>(ApiKey.ListGroups,
            _ => new() { Groups = [.. twice] });

        await bench.RunUntilAsync(
            "A->B.enabled = true\nsync.group.offsets.enabled = true", "the group to be put on the target",
            async _ => (await bench.Client("B").GroupOffsetsAsync("billing", "A.orders", Ct)).GetValueOrDefault(0) == 7);
    }

    [Fact]
    public async Task A_transaction_that_is_lost_while_nothing_moved_is_begun_anew()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("orders", 1, null, Ct);
        await bench.Client("A").GenerateAsync("orders", new() { Count = 10, Partitions = 1 }, Ct);
        var lost = false;

        await bench.RunUntilAsync(ExactlyOnce, "what comes after to arrive", async _ =>
        {
            if (!lost && await CountAsync(bench) == 10)
            {
                lost = true;
                bench.Cluster("B").Cluster.Faults.Fail(ApiKey.AddPartitionsToTxn, ErrorCode.InvalidProducerIdMapping);
                await bench.Client("A").GenerateAsync("orders", new() { First = 10, Count = 10, Partitions = 1 }, Ct);
            }

            return lost && await CountAsync(bench) == 20;
        });

        Assert.Equal(await bench.ContentAsync("A", "orders"), await bench.ContentAsync("B", "A.orders"));
    }

    /// <summary>It would take them back, and so on for ever.</summary>
    [Fact]
    public async Task Whose_ids_are_taken_from_outside_of_the_group_ends()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("orders", 1, null, Ct);
        await bench.Client("A").GenerateAsync("orders", new() { Count = 10, Partitions = 1 }, Ct);
        var engine = bench.Engine(ExactlyOnce + "\ntasks.max = 1");
        var ended = engine.RunAsync(Ct, Ct);
        await Eventually.ValueAsync("it to mirror", TimeSpan.FromSeconds(60), async _ => await CountAsync(bench), seen => seen == 10, Ct);
        await using var other = bench.KafkaClient("B");

        Assert.Equal(ErrorCode.None,
            await new AdminClient(other, TimeProvider.System).FenceProducerAsync("A-mm2-MirrorSourceConnector-0", Ct));
        await bench.Client("A").GenerateAsync("orders", new() { First = 10, Count = 10, Partitions = 1 }, Ct);

        Assert.Equal(MirrorEnd.Refused, (await ended.WaitAsync(TimeSpan.FromSeconds(60), Ct)).End);
        Assert.StartsWith("another process runs this flow", engine.Snapshot().Flows[0].Cause, StringComparison.Ordinal);
    }

    private static async Task<long> CountAsync(FlowBench bench) =>
        await bench.EndAsync("B", "A.orders") == 0 ? 0 : (await bench.ContentAsync("B", "A.orders")).Sum(p => p.Count);

    /// <summary>Throws at the first line of an event.</summary>
    private sealed class LoggersThatFailOnce(int @event) : ILoggerFactory, ILogger
    {
        private int _asked;

        public int Asked => Volatile.Read(ref _asked);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (eventId.Id == @event && Interlocked.Increment(ref _asked) == 1)
            {
                throw new InvalidOperationException("no log");
            }
        }

        public ILogger CreateLogger(string categoryName) => this;

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public void Dispose()
        {
        }
    }
}

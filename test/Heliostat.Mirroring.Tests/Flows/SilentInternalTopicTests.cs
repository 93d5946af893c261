using Heliostat.Broker.Faults;
using Heliostat.Mirroring.Flows;
using Heliostat.Protocol.Messages;
using Heliostat.Testing;

namespace Heliostat.Mirroring.Tests.Flows;

/// <summary>An internal topic whose partition has no leader.</summary>
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

    [Fact]
    public async Task A_start_that_waits_for_a_topic_says_so()
    {
        await using var bench = await BenchAsync();
        await bench.RunUntilAsync("A->B.enabled = true", "the records to arrive", async _ => await bench.EndAsync("B", "A.orders") == 10);
        var lifted = new TaskCompletionSource();
        using var silent = bench.Cluster("A").Cluster.Faults.Intercept(
            ApiKey.ListOffsets,
            request => ((ListOffsetsRequest)request.Body).Topics.Any(topic => topic.Name == Syncs)
                ? new FaultAction { Until = lifted.Task } : null);

        var said = "";
        await bench.RunUntilAsync("A->B.enabled = true", "the start to say what it waits for, and to go on", seen =>
        {
            if (said.Length == 0 && seen.Flows[0].Cause is { } cause)
            {
                said = cause;
                lifted.SetResult();
            }

            return Task.FromResult(said.Length > 0 && seen.Flows[0].Status == FlowStatus.Running);
        });

        Assert.Contains("A: not begun yet: for ", said, StringComparison.Ordinal);
        Assert.Contains($"topic '{Syncs}' can be neither looked up nor read", said, StringComparison.Ordinal);
    }

    private static async Task<FlowBench> BenchAsync()
    {
        var bench = await FlowBench.StartAsync("A", "B");
        await bench.Client("A").CreateTopicAsync("orders", 1, null, Ct);
        await bench.Client("A").GenerateAsync("orders", new() { Count = 10, Partitions = 1 }, Ct);
        return bench;
    }
}

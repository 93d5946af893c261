using Heliostat.Configuration.Dialects.Quick;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Flows;
using Heliostat.Protocol.Messages;
using Heliostat.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Mirroring.Tests.Flows;

/// <summary>
/// What a target answers instead of taking a batch is told with what helps, and the mirror goes on once it does not any more.
/// </summary>
public sealed class RefusalTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Ct => CancellationToken.None;

    [Theory]
    [InlineData(ErrorCode.KafkaStorageError, "a disk of the target failed; what helps: the broker's log says which")]
    [InlineData(ErrorCode.NotEnoughReplicasAfterAppend, "what helps: brokers of the target that are down, or kafka-configs.sh")]
    [InlineData(ErrorCode.UnsupportedCompressionType, "do not know the codec (zstd before Kafka 2.1); what helps: compression.type=lz4")]
    [InlineData(ErrorCode.UnsupportedForMessageFormat, "message.format.version=")]
    [InlineData(ErrorCode.InvalidTopicException, "the topic is one that nobody may write to; what helps: another name for the mirror")]
    public async Task An_answer_is_told_with_what_helps(ErrorCode answer, string words)
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        var engine = await EngineAsync(bench);
        using var stop = new CancellationTokenSource();
        Task<MirrorOutcome> running;
        using (bench.Cluster("B").Cluster.Faults.Intercept(ApiKey.Produce, _ => new() { Error = answer }))
        {
            running = engine.RunAsync(stop.Token, Ct);
            await Eventually.ValueAsync("the lane to say so", Patience, _ => Task.FromResult(engine.Snapshot().Total.Paused is [var lane,
                ..] ? lane.Cause : ""), said => said.Contains(words, StringComparison.Ordinal), Ct);
        }

        await Eventually.TrueAsync("the records to arrive", Patience, () => engine.Snapshot().Total is { Records: 10, LagRecords: 0 }, Ct);
        await stop.CancelAsync();
        Assert.Equal(MirrorEnd.Stopped, (await running).End);
    }

    [Fact]
    public async Task Without_the_right_to_be_idempotent_the_right_is_named()
    {
        await using var bench = await FlowBench.StartAsync("A", "B");
        using var fault = bench.Cluster("B").Cluster.Faults.Intercept(ApiKey.InitProducerId,
            _ => new() { Error = ErrorCode.ClusterAuthorizationFailed });

        var outcome = await (await EngineAsync(bench)).RunAsync(Ct, Ct).WaitAsync(Patience);

        Assert.Equal(
            (MirrorEnd.Failed,
                "target: no producer id: CLUSTER_AUTHORIZATION_FAILED; the principal lacks WRITE on any topic (before Kafka 2.8 "
                    + "IDEMPOTENT_WRITE on the cluster)"),
            (outcome.End, outcome.Failure));
    }

    private static async Task<MirrorEngine> EngineAsync(FlowBench bench)
    {
        await bench.Client("A").CreateTopicAsync("orders", 1, null, Ct);
        await bench.Client("A").GenerateAsync("orders", new() { Count = 10, Partitions = 1 }, Ct);
        var flow = QuickMirror.Translate(new QuickMirrorOptions
        {
            From = bench.Cluster("A").BootstrapServers,
            To = bench.Cluster("B").BootstrapServers,
            Topics = "orders"
        }).Flow;
        return new MirrorEngine([flow], new EngineOptions(), TimeProvider.System, NullLoggerFactory.Instance);
    }
}

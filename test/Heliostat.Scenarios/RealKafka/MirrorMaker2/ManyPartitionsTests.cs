using Heliostat.Testing;
using Heliostat.Testing.RealKafka;
using Xunit.Abstractions;

namespace Heliostat.Scenarios.RealKafka.MirrorMaker2;

/// <summary>
/// From the start of the process to the first mirrored record, with 1,000 partitions; the time of MirrorMaker 2 beside it.
/// </summary>
[Collection(nameof(Alone))]
public sealed class ManyPartitionsTests(ITestOutputHelper output)
{
    private static readonly CancellationToken Ct = CancellationToken.None;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [KafkaFact(Slow = true)]
    public async Task The_first_record_of_a_thousand_partitions_arrives_within_three_seconds()
    {
        await using var pair = await ClusterPair.StartAsync(new(), new(), Ct);
        await using var theirs = await KafkaCluster.StartAsync(new(), Ct);
        for (var i = 0; i < 20; i++)
        {
            await pair.Source.Client.CreateTopicAsync($"t-{i}", 50, null, Ct);
        }

        await pair.Source.Client.GenerateAsync("t-7", new() { Count = 5000, Partitions = 50 }, Ct);
        var settings = new[] { ("topics", "t-.*"), ("groups", "none") };

        // The first start makes the topics; what is measured is a start that finds positions to restore, and one that has everything to
        // make.
        var fresh = await TimeAsync((KafkaCluster)pair.Target, () => RunningFlows.Start(FlowFile.Of(pair, settings)),
            flows => flows.StopAsync(Ct));
        await pair.Source.Client.GenerateAsync("t-7", new() { First = 5000, Count = 5000, Partitions = 50 }, Ct);
        var again = await TimeAsync((KafkaCluster)pair.Target, () => RunningFlows.Start(FlowFile.Of(pair, settings)),
            flows => flows.StopAsync(Ct));
        var mirrorMakers = await TimeAsync(theirs, () => JavaMirrorMaker2.Start(FlowFile.Of(pair with { Target = theirs },
            [.. settings, ("offset-syncs.topic.location", "target")])), java => java.StopAsync(Ct));

        output.WriteLine(
            $"to the first mirrored record: {fresh.TotalSeconds:0.0} s with 20 topics to make, {again.TotalSeconds:0.0} s with positions "
                + $"to restore; MirrorMaker 2 {mirrorMakers.TotalSeconds:0.0} s");
        Assert.InRange(fresh, TimeSpan.Zero, TimeSpan.FromSeconds(3));
        Assert.InRange(again, TimeSpan.Zero, TimeSpan.FromSeconds(3));
    }

    private static async Task<TimeSpan> TimeAsync<T>(KafkaCluster target, Func<T> start, Func<T, Task> stop) where T : IAsyncDisposable
    {
        var before = await EndAsync(target, Ct);
        var started = TimeProvider.System.GetTimestamp();
        await using var running = start();
        await Eventually.ValueAsync("the first record", Patience, ct => EndAsync(target, ct), end => end > before, Ct);
        var taken = TimeProvider.System.GetElapsedTime(started);
        await Eventually.ValueAsync("all records", Patience, ct => EndAsync(target, ct), end => end > 0 && end % 5000 == 0, Ct);
        await stop(running);
        return taken;
    }

    private static async Task<long> EndAsync(KafkaCluster target, CancellationToken ct) =>
        (await target.Client.ListTopicsAsync(ct)).Contains("A.t-7") ? (await target.Client.EndOffsetsAsync("A.t-7", ct)).Sum() : 0;
}

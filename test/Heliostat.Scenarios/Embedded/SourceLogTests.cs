using Heliostat.Scenarios.RealKafka;
using Heliostat.Testing.Embedded;

namespace Heliostat.Scenarios.Embedded;

/// <summary>What may befall the source's log under a running lane, where only an embedded broker can be made to do it at the right moment.</summary>
public sealed class SourceLogTests : IAsyncLifetime
{
    private static readonly CancellationToken Ct = CancellationToken.None;
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(30);
    private static readonly Dictionary<string, string> NoConfig = [];

    private readonly MirrorSettings _settings = new() { Options = ["--abort.on.send.failure", "false"] };
    private EmbeddedTestCluster _source = null!;
    private EmbeddedTestCluster _target = null!;

    private ClusterPair Pair => new(_source, _target);

    public async Task InitializeAsync() =>
        (_source, _target) = (await EmbeddedTestCluster.StartAsync(1, null, Ct), await EmbeddedTestCluster.StartAsync(1, null, Ct));

    public async Task DisposeAsync() => await Pair.DisposeAsync();

    [Fact]
    public async Task A_log_truncated_below_the_position_stops_its_lane_alone()
    {
        var topic = await TopicAsync(2);
        await ProduceAsync(topic, 0, 100);
        await ProduceAsync(topic, 0, 100);
        await ProduceAsync(topic, 1, 10);

        await using var mirror = MirrorMaker.Start(Pair, topic, _settings);
        await Pair.CommittedAsync(mirror, topic, Ct);
        _source.Cluster.Truncate(topic, 0, 100);
        await ProduceAsync(topic, 0, 150);
        await ToldAsync(mirror, $"source: the log of {topic}-0 was truncated to offset 100 below position 200 (unclean leader election): 100 offsets that were mirrored are no more on the source");
        await ProduceAsync(topic, 1, 10);
        await Pair.ArrivedAsync(mirror, topic, 220, Ct);
        Assert.Equal(0, await mirror.StopAsync(Ct));

        var ends = await _target.Client.EndOffsetsAsync(topic, Ct);
        Assert.Equal([200, 20], ends);
        Assert.Equal(200, (await _source.Client.GroupOffsetsAsync(_settings.Group, topic, Ct))[0]);
    }

    [Fact]
    public async Task A_log_truncated_above_the_position_is_mirrored_as_it_is_now()
    {
        var topic = await TopicAsync(1);
        await ProduceAsync(topic, 0, 100);

        await using var mirror = MirrorMaker.Start(Pair, topic, _settings);
        await Pair.CommittedAsync(mirror, topic, Ct);
        _source.Cluster.Truncate(topic, 0, 100);
        await ProduceAsync(topic, 0, 50);
        await Pair.CommittedAsync(mirror, topic, Ct);
        Assert.Equal(0, await mirror.StopAsync(Ct));

        await Pair.SameAsync(topic, _settings, Ct);
    }

    [Fact]
    public async Task Retention_that_overtakes_a_running_lane_is_told_and_the_lane_goes_on()
    {
        var topic = await TopicAsync(1);
        await ProduceAsync(topic, 0, 100);
        var go = new TaskCompletionSource();
        using var hold = _source.Cluster.Faults.Hold(Protocol.Messages.ApiKey.Fetch, go.Task);

        await using var mirror = MirrorMaker.Start(Pair, topic, _settings);
        await hold.WaitForHitsAsync(1, Ct);
        _source.Cluster.RaiseLogStart(topic, 0, 60);
        go.SetResult();
        await Pair.CommittedAsync(mirror, topic, Ct);
        Assert.Equal(0, await mirror.StopAsync(Ct));

        Assert.Contains($"source: {topic}-0: offsets 0 to 59 were deleted by retention before they were mirrored: 60 offsets are skipped", mirror.Program.Errors, StringComparison.Ordinal);
        await Pair.SameAsync(topic, _settings, Ct);
    }

    private static Task ToldAsync(MirrorMaker mirror, string what) =>
        mirror.Program.RunsUntilAsync($"'{what}' to be told", Within, _ => Task.FromResult(mirror.Program.Errors.Contains(what, StringComparison.Ordinal)), Ct);

    private async Task<string> TopicAsync(int partitions)
    {
        var topic = ClusterPair.Name("log");
        await _source.Client.CreateTopicAsync(topic, partitions, null, Ct);
        await _target.Client.CreateTopicAsync(topic, partitions, null, Ct);
        return topic;
    }

    private Task<long[]> ProduceAsync(string topic, int partition, int records) => _source.Client.ProduceAsync(topic, Samples.Records(seed: records, partition, records), NoConfig, Ct);
}

using System.Net;
using Heliostat.Client;
using Heliostat.Client.Groups;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Flows;
using Heliostat.Scenarios.RealKafka;
using Heliostat.Testing.Embedded;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Scenarios.Embedded;

/// <summary>
/// What may befall the source's log under a running lane, where only an embedded broker can be made to do it at the right moment.
/// </summary>
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
        await ToldAsync(mirror,
            $"source: the log of {topic}-0 was truncated to offset 100 below position 200 (unclean leader election): 100 offsets that were "
                + "mirrored are no more on the source");
        await ProduceAsync(topic, 1, 10);
        await Pair.ArrivedAsync(mirror, topic, 220, Ct);
        Assert.Equal(255, await mirror.StopAsync(Ct));

        var ends = await _target.Client.EndOffsetsAsync(topic, Ct);
        Assert.Equal([200, 20], ends);
        Assert.Equal(200, (await _source.Client.GroupOffsetsAsync(_settings.Group, topic, Ct))[0]);
    }

    [Fact]
    public async Task A_log_truncated_while_the_mirror_is_stopped_halts_its_lane_at_every_start_until_the_group_is_told()
    {
        var topic = await TopicAsync(1);
        await ProduceAsync(topic, 0, 100);
        await ProduceAsync(topic, 0, 60);
        await CopiedAsync(topic);
        _source.Cluster.Truncate(topic, 0, 100);
        await ProduceAsync(topic, 0, 150);

        await HaltsAsync(topic, "was truncated to offset 100 below position 160");
        await HaltsAsync(topic, "was truncated to offset 100 below position 160");
        Assert.Equal("160", string.Join(", ", await _target.Client.EndOffsetsAsync(topic, Ct)));

        await _source.Client.SetGroupOffsetAsync(_settings.Group, topic, 0, 100, Ct);
        await using var again = MirrorMaker.Start(Pair, topic, _settings);
        await Pair.CommittedAsync(again, topic, Ct);
        Assert.Equal(0, await again.StopAsync(Ct));
        Assert.Equal("310", string.Join(", ", await _target.Client.EndOffsetsAsync(topic, Ct)));
    }

    [Fact]
    public async Task A_topic_created_anew_under_the_mirror_halts_its_lane_at_every_start_until_the_group_is_told()
    {
        var topic = await TopicAsync(1);
        await ProduceAsync(topic, 0, 100);

        await using (var mirror = MirrorMaker.Start(Pair, topic, _settings))
        {
            await Pair.CommittedAsync(mirror, topic, Ct);
            _source.Cluster.RecreateTopic(topic);
            await ProduceAsync(topic, 0, 150);
            await ToldAsync(mirror,
                $"source: topic {topic} was deleted and created anew (another topic id): what the old log held from offset 100 on is gone, "
                    + "mirrored or not");
            Assert.Equal(255, await mirror.StopAsync(Ct));
        }

        await HaltsAsync(topic, "was deleted and created anew");
        Assert.Equal("100", string.Join(", ", await _target.Client.EndOffsetsAsync(topic, Ct)));
    }

    [Fact]
    public async Task A_mirror_topic_that_is_deleted_under_the_mirror_is_named_made_anew_and_filled_again()
    {
        var topic = await TopicAsync(2);
        await ProduceAsync(topic, 0, 100);
        await ProduceAsync(topic, 1, 100);

        await using var mirror = MirrorMaker.Start(Pair, topic, _settings);
        await Pair.CommittedAsync(mirror, topic, Ct);
        _target.Cluster.DeleteTopic(topic);
        await ToldAsync(mirror, $"target: topic '{topic}' is not there (UNKNOWN_TOPIC_OR_PARTITION): it was deleted; making it anew");
        await ToldAsync(mirror, $"target: the mirror of topic {topic} was deleted and created anew (another topic id)");
        await ProduceAsync(topic, 0, 50);
        await Pair.ArrivedAsync(mirror, topic, 250, Ct);
        Assert.Equal(0, await mirror.StopAsync(Ct));

        await Pair.SameAsync(topic, _settings, Ct);
    }

    [Fact]
    public async Task A_mirror_that_shall_end_ends_when_all_that_is_left_is_halted()
    {
        var topic = await TopicAsync(2);
        await ProduceAsync(topic, 0, 100);
        await ProduceAsync(topic, 0, 60);
        await CopiedAsync(topic);
        _source.Cluster.Truncate(topic, 0, 100);
        await ProduceAsync(topic, 0, 150);
        await ProduceAsync(topic, 1, 70);

        var options = new FlowOptions
        {
            SourceConsumer = new SourceOptions
            {
                Client = Client(_source, "source"),
                Group = new GroupOptions { GroupId = _settings.Group }
            },
            DataProducer = new TargetOptions { Client = Client(_target, "target") },
            Selection = TopicSelection.FromPatterns([topic], []),
            Positions = new SourceGroupOptions { AbortOnSendFailure = false, UntilEnd = true },
        };
        var engine = new MirrorEngine([options], new EngineOptions(), TimeProvider.System, NullLoggerFactory.Instance);
        var outcome = await engine.RunAsync(Ct, Ct).WaitAsync(Within);

        Assert.Equal((MirrorEnd.Completed, 1, 0L), (outcome.End, outcome.Halted.Count, outcome.Repeats));
        Assert.Equal("160, 70", string.Join(", ", await _target.Client.EndOffsetsAsync(topic, Ct)));
    }

    [Fact]
    public async Task With_latest_what_comes_between_two_starts_is_mirrored()
    {
        var settings = _settings with { Consumer = new Dictionary<string, string> { ["auto.offset.reset"] = "latest" } };
        var topic = await TopicAsync(1);
        await ProduceAsync(topic, 0, 100);
        await using (var first = MirrorMaker.Start(Pair, topic, settings))
        {
            await first.Program.RunsUntilAsync("the start to be committed", Within,
                async _ => (await _source.Client.GroupOffsetsAsync(settings.Group, topic, Ct)).GetValueOrDefault(0) == 100, Ct);
            Assert.Equal(0, await first.StopAsync(Ct));
        }

        await ProduceAsync(topic, 0, 30);
        await using var mirror = MirrorMaker.Start(Pair, topic, settings);
        await Pair.ArrivedAsync(mirror, topic, 30, Ct);
        Assert.Equal(0, await mirror.StopAsync(Ct));
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

        Assert.Contains($"source: {topic}-0: offsets 0 to 59 were deleted by retention before they were mirrored: 60 offsets are skipped",
            mirror.Program.Errors, StringComparison.Ordinal);
        await Pair.SameAsync(topic, _settings, Ct);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    public async Task A_topic_that_grew_while_the_mirror_was_away_keeps_its_partitions(int records)
    {
        var topic = await TopicAsync(1);
        await ProduceAsync(topic, 0, records);
        await using (var first = MirrorMaker.Start(Pair, topic, _settings))
        {
            await first.Program.RunsUntilAsync("the position to be committed", Within,
                async _ => (await _source.Client.GroupOffsetsAsync(_settings.Group, topic, Ct)).GetValueOrDefault(0, -1) == records, Ct);
            Assert.Equal(0, await first.StopAsync(Ct));
        }

        await _source.Client.CreatePartitionsAsync(topic, 3, Ct);
        await ProduceAsync(topic, 1, 30);
        await ProduceAsync(topic, 2, 20);

        await CopiedAsync(topic);

        Assert.Equal([records, 30, 20], await _target.Client.EndOffsetsAsync(topic, Ct));
        await Pair.SameAsync(topic, _settings, Ct);
    }

    private async Task CopiedAsync(string topic)
    {
        await using var mirror = MirrorMaker.Start(Pair, topic, _settings);
        await Pair.CommittedAsync(mirror, topic, Ct);
        Assert.Equal(0, await mirror.StopAsync(Ct));
    }

    /// <summary>A mirror starts, says why its lane halts, and ends with a status of its own.</summary>
    private async Task HaltsAsync(string topic, string why)
    {
        await using var mirror = MirrorMaker.Start(Pair, topic, _settings);
        await ToldAsync(mirror, why);
        Assert.Equal(255, await mirror.StopAsync(Ct));
    }

    private static ClientOptions Client(EmbeddedTestCluster cluster, string name)
    {
        var place = cluster.BootstrapServers.Split(':');
        return new ClientOptions
        {
            Cluster = name,
            BootstrapServers = [new DnsEndPoint(place[0], int.Parse(place[1], System.Globalization.CultureInfo.InvariantCulture))]
        };
    }

    private static Task ToldAsync(MirrorMaker mirror, string what) =>
        mirror.Program.RunsUntilAsync($"'{what}' to be told", Within,
            _ => Task.FromResult(mirror.Program.Errors.Contains(what, StringComparison.Ordinal)), Ct);

    private async Task<string> TopicAsync(int partitions)
    {
        var topic = ClusterPair.Name("log");
        await _source.Client.CreateTopicAsync(topic, partitions, null, Ct);
        await _target.Client.CreateTopicAsync(topic, partitions, null, Ct);
        return topic;
    }

    private Task<long[]> ProduceAsync(string topic, int partition, int records) =>
        _source.Client.ProduceAsync(topic, Samples.Records(seed: records, partition, records), NoConfig, Ct);
}

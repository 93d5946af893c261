using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Records;
using Heliostat.Scenarios.RealKafka;
using Heliostat.Testing.Embedded;

namespace Heliostat.Scenarios.BadInput;

/// <summary>Brokers that answer badly while a mirror runs: cut off, malformed, or with errors.</summary>
public sealed class BadAnswersTests : IAsyncLifetime
{
    private const int Partitions = 2;
    private const int Records = 4000;
    private static readonly CancellationToken Ct = CancellationToken.None;
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(30);

    private readonly MirrorSettings _settings = new() { Compared = false, Options = ["--abort.on.send.failure", "false"] };
    private EmbeddedTestCluster _source = null!;
    private EmbeddedTestCluster _target = null!;
    private string _topic = "";

    private ClusterPair Pair => new(_source, _target);

    public async Task InitializeAsync()
    {
        (_source, _target) = (await EmbeddedTestCluster.StartAsync(1, null, Ct), await EmbeddedTestCluster.StartAsync(1, null, Ct));
        _topic = ClusterPair.Name("bad");
        await _source.Client.CreateTopicAsync(_topic, Partitions, null, Ct);
        await _target.Client.CreateTopicAsync(_topic, Partitions, null, Ct);
        await _source.Client.GenerateAsync(_topic, new() { Count = Records, Partitions = Partitions }, Ct);
    }

    public async Task DisposeAsync() => await Pair.DisposeAsync();

    [Theory]
    [InlineData("source", ApiKey.Fetch, 3)]
    [InlineData("source", ApiKey.Fetch, 100_000)]
    [InlineData("source", ApiKey.OffsetFetch, 2)]
    [InlineData("source", ApiKey.OffsetCommit, 5)]
    [InlineData("source", ApiKey.JoinGroup, 7)]
    [InlineData("target", ApiKey.Produce, 0)]
    [InlineData("target", ApiKey.Produce, 9)]
    [InlineData("target", ApiKey.Metadata, 11)]
    [InlineData("target", ApiKey.InitProducerId, 6)]
    public async Task An_answer_that_is_cut_off_is_asked_for_again_and_nothing_is_lost_or_there_twice(string side, ApiKey api,
        int afterBytes)
    {
        using var fault = (side == "source" ? _source : _target).Cluster.Faults.Cut(api, afterBytes, times: 3);

        await using var mirror = MirrorMaker.Start(Pair, _topic, _settings);
        await Pair.CommittedAsync(mirror, _topic, Ct);
        Assert.Equal(0, await mirror.StopAsync(Ct));

        Assert.True(fault.Hits > 0, "the fault never came to pass");
        await Pair.SameAsync(_topic, _settings, Ct);
    }

    /// <summary>Bytes of the source that are no batches, each in the place of the whole partition 0.</summary>
    public static TheoryData<string, string> Damages => new()
    {
        { "magic", "magic is unknown" },
        { "length", "" },
        { "negative", "" },
        { "records", "does not match its checksum" },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task A_batch_of_the_source_that_cannot_be_right_stops_its_lane_alone(string damage, string says)
    {
        using var fault = _source.Cluster.Faults.Answer<FetchRequest, FetchResponse>(ApiKey.Fetch, request => Damaged(request, damage));

        await using var mirror = MirrorMaker.Start(Pair, _topic, _settings);
        await mirror.Program.RunsUntilAsync("the cause to be told", Within,
            _ => Task.FromResult(mirror.Program.Errors.Contains($"lane {_topic}-0 stops: source: ", StringComparison.Ordinal)), Ct);
        fault.Dispose();
        await Pair.ArrivedAsync(mirror, _topic, Records / Partitions, Ct);
        Assert.Equal(255, await mirror.StopAsync(Ct)); // A lane is halted.

        var line = mirror.Program.Errors.Split('\n').First(l => l.Contains($"lane {_topic}-0 stops: source: ", StringComparison.Ordinal));
        Assert.Contains($"source: {_topic}-0 at offset 0", line, StringComparison.Ordinal);
        Assert.Contains(says, line, StringComparison.Ordinal);
        var ends = await _target.Client.EndOffsetsAsync(_topic, Ct);
        Assert.Equal([0, Records / Partitions], ends);
        Assert.Equal(0, (await _source.Client.GroupOffsetsAsync(_settings.Group, _topic, Ct)).GetValueOrDefault(0));
    }

    [Theory]
    [InlineData("true", 255)]
    [InlineData("false", 0)]
    public async Task A_batch_that_the_target_refuses_for_good_ends_the_mirror_or_pauses_its_lane(string abort, int status)
    {
        using var fault = _target.Cluster.Faults.Fail(ApiKey.Produce, ErrorCode.InvalidRecord, times: 1000);
        var settings = _settings with { Options = ["--abort.on.send.failure", abort] };

        await using var mirror = MirrorMaker.Start(Pair, _topic, settings);
        await mirror.Program.RunsUntilAsync("the refusal to be told", Within,
            _ => Task.FromResult(mirror.Program.Errors.Contains("did not take the batch at source offset 0: INVALID_RECORD",
                StringComparison.Ordinal)), Ct);
        var ended = abort == "true" ? await mirror.Program.WaitForExitAsync(Within, Ct) : await mirror.StopAsync(Ct);

        Assert.Equal(status, ended);
        Assert.Contains($"target: {_topic}-", mirror.Program.Errors, StringComparison.Ordinal);
        Assert.Equal(0, (await _source.Client.GroupOffsetsAsync(settings.Group, _topic, Ct)).Values.Sum());
    }

    [Fact]
    public async Task With_retries_0_a_failure_that_would_pass_ends_the_mirror_too()
    {
        using var fault = _target.Cluster.Faults.Fail(ApiKey.Produce, ErrorCode.NotEnoughReplicas, times: 1000);
        var settings = _settings with { Options = [], Producer = new Dictionary<string, string> { ["retries"] = "0" } };

        await using var mirror = MirrorMaker.Start(Pair, _topic, settings);

        Assert.Equal(255, await mirror.Program.WaitForExitAsync(Within, Ct));
        Assert.Contains("given up after 0 retries", mirror.Program.Errors, StringComparison.Ordinal);
        Assert.Contains("NOT_ENOUGH_REPLICAS", mirror.Program.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_topic_that_the_target_does_not_make_ready_within_max_block_ms_ends_the_mirror()
    {
        using var fault = _target.Cluster.Faults.Fail(ApiKey.CreateTopics, ErrorCode.TopicAuthorizationFailed, times: 1000);
        var topic = ClusterPair.Name("never");
        await _source.Client.CreateTopicAsync(topic, 1, null, Ct);
        var settings = _settings with { Options = [], Producer = new Dictionary<string, string> { ["max.block.ms"] = "1500" } };

        await using var mirror = MirrorMaker.Start(Pair, topic, settings);

        Assert.Equal(255, await mirror.Program.WaitForExitAsync(Within, Ct));
        Assert.Contains($"topic '{topic}' could not be made ready on the target within max.block.ms (1.5 s): target: cannot create topic",
            mirror.Program.Errors, StringComparison.Ordinal);
        var said = mirror.Program.Errors.Split('\n').Count(line => line.Contains("cannot be mirrored now", StringComparison.Ordinal));
        Assert.Equal(1, said);
    }

    /// <summary>An answer to a request that asks for partition 0; null to serve others as usual.</summary>
    private static FetchResponse? Damaged(FetchRequest request, string damage)
    {
        var topic = request.Topics.FirstOrDefault(asked => asked.Partitions.Any(p => p.Partition == 0));
        if (topic is null)
        {
            return null;
        }

        using var builder = new RecordBatchBuilder { PartitionLeaderEpoch = 0 };
        builder.Append(1, "key"u8.ToArray(), "value"u8.ToArray());
        var batch = builder.Build().ToArray();
        switch (damage)
        {
            case "magic":
                batch[RecordBatchHeader.MagicOffset] = 77;
                break;
            case "length":
                batch[RecordBatchHeader.BatchLengthOffset + 3] = 5;
                break;
            case "negative":
                batch[RecordBatchHeader.BatchLengthOffset] = 0xff;
                break;
            default:
                batch[^1] ^= 1;
                break;
        }

        var response = new FetchResponse();
        response.Responses.Add(new()
        {
            Topic = topic.Topic,
            TopicId = topic.TopicId,
            Partitions = { new PartitionData
            {
                PartitionIndex = 0,
                HighWatermark = 10,
                LastStableOffset = 10,
                LogStartOffset = 0,
                Records = batch
            } },
        });
        return response;
    }
}

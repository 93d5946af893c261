using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Records;
using Heliostat.Scenarios.RealKafka;
using Heliostat.Testing.Embedded;

namespace Heliostat.Scenarios.Embedded;

/// <summary>
/// Errors that brokers answer for a while, in the middle of the way: each is waited out, and nothing is lost or there twice.
/// </summary>
public sealed class PassingErrorTests : IAsyncLifetime
{
    private const int Partitions = 3;
    private const int Records = 3000;
    private static readonly CancellationToken Ct = CancellationToken.None;
    private static readonly MirrorSettings Settings = new() { Compared = false, Options = ["--abort.on.send.failure", "false"] };

    private EmbeddedTestCluster _source = null!;
    private EmbeddedTestCluster _target = null!;
    private string _topic = "";

    private ClusterPair Pair => new(_source, _target);

    public async Task InitializeAsync()
    {
        (_source, _target) = (await EmbeddedTestCluster.StartAsync(1, null, Ct), await EmbeddedTestCluster.StartAsync(1, null, Ct));
        _topic = ClusterPair.Name("errors");
        await _source.Client.CreateTopicAsync(_topic, Partitions, null, Ct);
        await _target.Client.CreateTopicAsync(_topic, Partitions, null, Ct);
        await LoadAsync(0);
    }

    public async Task DisposeAsync() => await Pair.DisposeAsync();

    [Theory]
    [InlineData(ApiKey.Fetch, ErrorCode.NotLeaderOrFollower)]
    [InlineData(ApiKey.Fetch, ErrorCode.LeaderNotAvailable)]
    [InlineData(ApiKey.Fetch, ErrorCode.FencedLeaderEpoch)]
    [InlineData(ApiKey.Fetch, ErrorCode.UnknownLeaderEpoch)]
    [InlineData(ApiKey.Fetch, ErrorCode.OffsetNotAvailable)]
    [InlineData(ApiKey.Fetch, ErrorCode.KafkaStorageError)]
    [InlineData(ApiKey.Fetch, ErrorCode.FetchSessionIdNotFound)]
    [InlineData(ApiKey.Fetch, ErrorCode.InvalidFetchSessionEpoch)]
    [InlineData(ApiKey.FindCoordinator, ErrorCode.CoordinatorNotAvailable)]
    [InlineData(ApiKey.JoinGroup, ErrorCode.CoordinatorLoadInProgress)]
    [InlineData(ApiKey.SyncGroup, ErrorCode.RebalanceInProgress)]
    [InlineData(ApiKey.OffsetFetch, ErrorCode.NotCoordinator)]
    [InlineData(ApiKey.OffsetCommit, ErrorCode.CoordinatorNotAvailable)]
    [InlineData(ApiKey.ListOffsets, ErrorCode.LeaderNotAvailable)]
    [InlineData(ApiKey.Metadata, ErrorCode.LeaderNotAvailable)]
    public Task Of_the_source(ApiKey api, ErrorCode error) => WaitedOutAsync(_source, api, error);

    [Theory]
    [InlineData(ApiKey.Produce, ErrorCode.NotLeaderOrFollower)]
    [InlineData(ApiKey.Produce, ErrorCode.NotEnoughReplicas)]
    [InlineData(ApiKey.Produce, ErrorCode.RequestTimedOut)]
    [InlineData(ApiKey.Produce, ErrorCode.KafkaStorageError)]
    [InlineData(ApiKey.Produce, ErrorCode.UnknownTopicOrPartition)]
    [InlineData(ApiKey.InitProducerId, ErrorCode.CoordinatorLoadInProgress)]
    [InlineData(ApiKey.Metadata, ErrorCode.LeaderNotAvailable)]
    public Task Of_the_target(ApiKey api, ErrorCode error) => WaitedOutAsync(_target, api, error);

    /// <summary>The batch stands in the log, and the producer is told that it might not.</summary>
    [Fact]
    public async Task Of_a_target_that_stored_the_batch_nonetheless()
    {
        var lost = 0;
        using var fault = _target.Cluster.Faults.Intercept(ApiKey.Produce,
            _ => Interlocked.Increment(ref lost) % 3 == 0 ? new() { CutAfterBytes = 0 } : null);

        await MirroredAsync();

        Assert.True(fault.Hits > 2, $"{fault.Hits} answers were lost");
    }

    [Fact]
    public async Task Of_a_target_that_forgot_the_producer()
    {
        var producerId = -1L;
        using var look = _target.Cluster.Faults.Intercept(ApiKey.Produce, request =>
        {
            Volatile.Write(ref producerId, ProducerId((ProduceRequest)request.Body));
            return null;
        });

        await using var mirror = MirrorMaker.Start(Pair, _topic, Settings);
        await Pair.CommittedAsync(mirror, _topic, Ct);
        _target.Cluster.ExpireProducerId(Volatile.Read(ref producerId));
        await LoadAsync(Records);
        await Pair.CommittedAsync(mirror, _topic, Ct);
        Assert.Equal(0, await mirror.StopAsync(Ct));

        await Pair.SameAsync(_topic, Settings, Ct);
    }

    /// <summary>Nothing is known of any partition for longer than a look-up may take.</summary>
    [Fact]
    public async Task Of_a_source_without_leaders_at_the_start()
    {
        using var fault = _source.Cluster.Faults.Intercept(ApiKey.ListOffsets,
            request => request.ClientId == "test" ? null : new() { Error = ErrorCode.LeaderNotAvailable });
        var settings = Settings with { Consumer = new Dictionary<string, string> { ["default.api.timeout.ms"] = "500" } };
        await using var mirror = MirrorMaker.Start(Pair, _topic, settings);
        await mirror.Program.RunsUntilAsync(
            "it says so", TimeSpan.FromSeconds(30), _ => Task.FromResult(
                mirror.Program.Errors.Contains("starts cannot be looked up (LEADER_NOT_AVAILABLE)", StringComparison.Ordinal)), Ct);

        fault.Dispose();
        await Pair.CommittedAsync(mirror, _topic, Ct);

        Assert.Equal(0, await mirror.StopAsync(Ct));
        await Pair.SameAsync(_topic, settings, Ct);
    }

    private static long ProducerId(ProduceRequest request)
    {
        foreach (var topic in request.TopicData)
        {
            foreach (var partition in topic.PartitionData)
            {
                return new RecordBatchHeader(partition.Records.Span).ProducerId;
            }
        }

        return -1;
    }

    private async Task WaitedOutAsync(EmbeddedTestCluster side, ApiKey api, ErrorCode error)
    {
        // The witness is not what is tested.
        using var fault = side.Cluster.Faults.Intercept(api, request => request.ClientId == "test" ? null : new() { Error = error },
            times: 4);

        await MirroredAsync();

        Assert.True(fault.Hits == 4, $"the fault befell {fault.Hits} requests");
    }

    private async Task MirroredAsync()
    {
        await using var mirror = MirrorMaker.Start(Pair, _topic, Settings);
        await LoadAsync(Records);
        await Pair.CommittedAsync(mirror, _topic, Ct);
        Assert.Equal(0, await mirror.StopAsync(Ct));

        await Pair.SameAsync(_topic, Settings, Ct);
    }

    private Task LoadAsync(long first) =>
        _source.Client.GenerateAsync(_topic, new() { First = first, Count = Records, Partitions = Partitions, Keys = 50 }, Ct);
}

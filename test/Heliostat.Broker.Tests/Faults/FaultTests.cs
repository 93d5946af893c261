using Heliostat.Broker.Faults;
using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Tests.Faults;

/// <summary>Each fault is one line, and what it does to a client.</summary>
public sealed class FaultTests : IAsyncLifetime
{
    private readonly List<RawClient> _clients = [];
    private EmbeddedCluster _cluster = null!;
    private RawClient _client = null!;

    public async Task InitializeAsync()
    {
        _cluster = await EmbeddedCluster.StartAsync(
            new EmbeddedClusterOptions { BrokerCount = 2, Topics = [new EmbeddedTopic("t", 1, 2)] }, CancellationToken.None);
        _client = await ClientOfAsync(_cluster.Leader("t", 0));
    }

    public async Task DisposeAsync()
    {
        foreach (var client in _clients) await client.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task An_api_fails_once()
    {
        using var fault = _cluster.Faults.Fail(ApiKey.Produce, ErrorCode.NotLeaderOrFollower);

        var first = await _client.ProduceAsync("t", 0, Batches.Of("a"));
        var second = await _client.ProduceAsync("t", 0, Batches.Of("a"));

        Assert.Equal((ErrorCode.NotLeaderOrFollower, ErrorCode.None), (first.ErrorCode, second.ErrorCode));
        Assert.Equal(0, second.BaseOffset);
        Assert.Equal(1, fault.Hits);
    }

    [Fact]
    public async Task An_api_fails_until_the_fault_ends()
    {
        using (_cluster.Faults.Fail(ApiKey.Metadata, ErrorCode.LeaderNotAvailable, FaultRules.Always))
        {
            for (var n = 0; n < 3; n++) Assert.Equal(ErrorCode.LeaderNotAvailable, (await MetadataAsync()).Topics[0].ErrorCode);
        }

        Assert.Equal(ErrorCode.None, (await MetadataAsync()).Topics[0].ErrorCode);
    }

    [Fact]
    public async Task Only_the_requests_that_are_picked_fail()
    {
        using var fault = _cluster.Faults.Intercept(
            ApiKey.Produce, request => request.Version < 10 ? new FaultAction { Error = ErrorCode.RequestTimedOut } : null);

        var old = await _client.ProduceAsync("t", 0, Batches.Of("a"), version: 9);
        var recent = await _client.ProduceAsync("t", 0, Batches.Of("a"), version: 10);

        Assert.Equal((ErrorCode.RequestTimedOut, ErrorCode.None), (old.ErrorCode, recent.ErrorCode));
    }

    [Fact]
    public async Task A_request_is_answered_by_hand()
    {
        using var fault = _cluster.Faults.Answer<DescribeClusterRequest, DescribeClusterResponse>(
            ApiKey.DescribeCluster, _ => new DescribeClusterResponse { ClusterId = "by hand" });

        var answer = await _client.CallAsync(new DescribeClusterRequest(), 1, CancellationToken.None);

        Assert.Equal("by hand", answer.ClusterId);
    }

    [Fact]
    public async Task Answers_are_held_back_as_on_a_long_line_while_requests_behind_are_served()
    {
        using var fault = _cluster.Faults.Delay(ApiKey.Produce, TimeSpan.FromMilliseconds(300));
        var started = TimeProvider.System.GetTimestamp();

        for (var n = 0; n < 5; n++) await _client.SendAsync(Batches.Produce("t", 0, Batches.Of($"{n}")), 9, CancellationToken.None);
        for (var n = 0; n < 5; n++) await _client.ReceiveAsync<ProduceResponse>(Api.Produce, 9, CancellationToken.None);

        var took = TimeProvider.System.GetElapsedTime(started);
        Assert.True(took >= TimeSpan.FromMilliseconds(290), $"{took}");
        Assert.Equal(5, _cluster.LogEndOffset("t", 0));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(20)]
    public async Task A_connection_is_cut_within_an_answer_to_what_was_done(int afterBytes)
    {
        using var fault = _cluster.Faults.Cut(ApiKey.Produce, afterBytes);

        await _client.SendAsync(Batches.Produce("t", 0, Batches.Of("a")), 9, CancellationToken.None);
        await fault.WaitForHitsAsync(1, CancellationToken.None);

        await Assert.ThrowsAnyAsync<IOException>(() => _client.ReceiveAsync<ProduceResponse>(Api.Produce, 9, CancellationToken.None));
        Assert.Equal(1, _cluster.LogEndOffset("t", 0));
    }

    [Fact]
    public async Task A_connection_is_closed_before_anything_is_done()
    {
        using var fault = _cluster.Faults.Close(ApiKey.Produce);

        await Assert.ThrowsAnyAsync<IOException>(() => _client.ProduceAsync("t", 0, Batches.Of("a")));

        Assert.Equal(0, _cluster.LogEndOffset("t", 0));
    }

    [Fact]
    public async Task Requests_wait_until_the_test_lets_them_go()
    {
        var gate = new TaskCompletionSource();
        using var fault = _cluster.Faults.Hold(ApiKey.Produce, gate.Task);
        var producing = _client.ProduceAsync("t", 0, Batches.Of("a"));
        await fault.WaitForHitsAsync(1, CancellationToken.None);
        var before = _cluster.LogEndOffset("t", 0);

        gate.SetResult();

        Assert.Equal(0, (await producing).BaseOffset);
        Assert.Equal(0, before);
    }

    [Fact]
    public async Task A_leader_moves_and_the_old_one_points_to_it()
    {
        var old = _cluster.Leader("t", 0);

        _cluster.MoveLeader("t", 0, 1 - old);

        var refused = await _client.ProduceAsync("t", 0, Batches.Of("a"), version: 10);
        var taken = await (await ClientOfAsync(1 - old)).ProduceAsync("t", 0, Batches.Of("a"), version: 10);
        Assert.Equal((ErrorCode.NotLeaderOrFollower, 1 - old), (refused.ErrorCode, refused.CurrentLeader?.LeaderId));
        Assert.Equal(ErrorCode.None, taken.ErrorCode);
    }

    [Fact]
    public async Task A_log_is_cut_off_and_a_consumer_that_saw_more_is_told()
    {
        for (var n = 0; n < 10; n++) await _client.ProduceAsync("t", 0, Batches.Of($"{n}"));

        _cluster.Truncate("t", 0, 4);

        var fetch = Batches.Fetch("t", 0, 10);
        fetch.Topics[0].Partitions[0].LastFetchedEpoch = 0;
        var row = (await _client.CallAsync(fetch, 12, CancellationToken.None)).Responses[0].Partitions[0];
        Assert.Equal((0, 4L), (row.DivergingEpoch!.Epoch, row.DivergingEpoch.EndOffset));
        Assert.Equal(4, (await _client.ProduceAsync("t", 0, Batches.Of("again"))).BaseOffset);
    }

    [Fact]
    public async Task A_topic_is_deleted_and_created_again_with_another_id()
    {
        await _client.ProduceAsync("t", 0, Batches.Of("old"));
        var before = (await MetadataAsync()).Topics[0].TopicId;

        _cluster.RecreateTopic("t");

        var after = (await MetadataAsync()).Topics[0].TopicId;
        var fetch = Batches.Fetch("t", 0, 0);
        fetch.Topics[0].TopicId = before;
        var row = (await _client.CallAsync(fetch, 13, CancellationToken.None)).Responses[0].Partitions[0];
        Assert.NotEqual(before, after);
        Assert.Equal(ErrorCode.UnknownTopicId, row.ErrorCode);
        Assert.Equal(0, _cluster.LogEndOffset("t", 0));
    }

    [Fact]
    public async Task A_producer_id_expires_and_its_repeated_batch_is_appended_again()
    {
        var producer = await _client.InitProducerAsync(null);
        await _client.ProduceAsync("t", 0, Batches.Idempotent(producer.ProducerId, 0, 0, 2));
        var known = await _client.ProduceAsync("t", 0, Batches.Idempotent(producer.ProducerId, 0, 0, 2));

        _cluster.ExpireProducerId(producer.ProducerId);

        var forgotten = await _client.ProduceAsync("t", 0, Batches.Idempotent(producer.ProducerId, 0, 0, 2));
        Assert.Equal((0, 2), (known.BaseOffset, forgotten.BaseOffset));
    }

    [Fact]
    public async Task A_log_start_is_raised_past_a_consumer()
    {
        for (var n = 0; n < 10; n++) await _client.ProduceAsync("t", 0, Batches.Of($"{n}"));

        _cluster.RaiseLogStart("t", 0, 6);

        var lost = await _client.FetchAsync("t", 0, 5);
        var there = await _client.FetchAsync("t", 0, 6);
        Assert.Equal(ErrorCode.OffsetOutOfRange, lost.ErrorCode);
        Assert.Equal((ErrorCode.None, 6), (there.ErrorCode, there.LogStartOffset));
    }

    [Fact]
    public async Task A_broker_stops_with_its_connections_and_comes_back_on_its_port()
    {
        var stopped = _cluster.Leader("t", 0);
        var waiting = _client.CallAsync(Batches.Fetch("t", 0, 0, maxWaitMs: 60_000), 12, CancellationToken.None);
        var address = _cluster.BootstrapServers.Split(',')[stopped];

        await _cluster.StopBrokerAsync(stopped, CancellationToken.None);

        await Assert.ThrowsAnyAsync<IOException>(() => waiting);
        await Assert.ThrowsAnyAsync<Exception>(() => RawClient.ConnectAsync(address, CancellationToken.None));
        Assert.Equal(1 - stopped, _cluster.Leader("t", 0));
        await using var other = await RawClient.ConnectAsync(_cluster.BootstrapServers, CancellationToken.None);
        Assert.Equal(ErrorCode.None, (await other.ProduceAsync("t", 0, Batches.Of("a"))).ErrorCode);

        await _cluster.StartBrokerAsync(stopped, CancellationToken.None);

        Assert.Equal(address, _cluster.BootstrapServers.Split(',')[stopped]);
        await using var again = await RawClient.ConnectAsync(address, CancellationToken.None);
        Assert.Equal(2, (await again.CallAsync(new MetadataRequest { Topics = [] }, 9, CancellationToken.None)).Brokers.Count);
    }

    [Fact]
    public async Task Connections_are_cut_and_clients_may_connect_again()
    {
        await MetadataAsync();

        _cluster.CutConnections(_cluster.Leader("t", 0));

        await Assert.ThrowsAnyAsync<IOException>(MetadataAsync);
        await using var again = await RawClient.ConnectAsync(_cluster.BootstrapServers, CancellationToken.None);
        Assert.Equal(2, (await again.CallAsync(new MetadataRequest { Topics = [] }, 12, CancellationToken.None)).Brokers.Count);
    }

    private Task<MetadataResponse> MetadataAsync() =>
        _client.CallAsync(new MetadataRequest { Topics = [new MetadataRequestTopic { Name = "t" }] }, 12, CancellationToken.None);

    private async Task<RawClient> ClientOfAsync(int broker)
    {
        var client = await RawClient.ConnectAsync(_cluster.BootstrapServers.Split(',')[broker], CancellationToken.None);
        _clients.Add(client);
        return client;
    }
}

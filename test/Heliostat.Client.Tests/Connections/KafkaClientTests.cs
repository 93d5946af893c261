using System.Net;
using System.Net.Sockets;
using Heliostat.Client.Connections;
using Heliostat.Client.Tests.FakeBrokers;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Wire;
using Heliostat.Testing;
using Heliostat.Transport;

namespace Heliostat.Client.Tests.Connections;

public sealed class KafkaClientTests : IAsyncDisposable
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(20);

    private readonly FakeKafka _kafka = new(nodes: 2);
    private readonly FramePool _pool = FramePool.Tracked(1 << 20);

    public async ValueTask DisposeAsync()
    {
        await _kafka.DisposeAsync();
        _pool.ThrowIfRented();
    }

    [Fact]
    public async Task Connections_are_shared_by_node_and_purpose()
    {
        await using var client = _kafka.Client(_pool);
        await client.Metadata.RefreshAsync(CancellationToken.None);

        var opened = await Task.WhenAll(Enumerable.Range(0, 10)
            .Select(_ => client.ConnectionAsync(1, ConnectionPurpose.Fetch, CancellationToken.None).AsTask()));

        Assert.Single(opened.Distinct());
        Assert.NotSame(opened[0], await client.ConnectionAsync(1, ConnectionPurpose.Produce, CancellationToken.None));
        Assert.NotSame(opened[0], await client.ConnectionAsync(2, ConnectionPurpose.Fetch, CancellationToken.None));
        Assert.NotSame(opened[0], await client.ConnectionAsync(1, ConnectionPurpose.Fetch, CancellationToken.None, index: 1));
        Assert.All(_kafka.Requests, request => Assert.Equal("heliostat", request.ClientId));
    }

    [Theory]
    [InlineData(4, 1)]
    [InlineData(3, 2)]
    [InlineData(0, 2)]
    public async Task Versions_are_negotiated_with_brokers_of_any_age(short newest, int questions)
    {
        _kafka.Newest[ApiKey.ApiVersions] = newest;
        _kafka.Newest[ApiKey.Fetch] = 7;
        _kafka.Missing[ApiKey.DescribeCluster] = true;
        await using var client = _kafka.Client(_pool);

        var connection = await client.ConnectionAsync(-1, ConnectionPurpose.General, CancellationToken.None);

        Assert.Equal(7, connection.VersionOf(Api.Fetch, 0));
        Assert.True(connection.Supports(Api.Fetch, 7));
        Assert.False(connection.Supports(Api.Fetch, 8));
        Assert.False(connection.Supports(Api.DescribeCluster, 0));
        Assert.Equal(ErrorCode.UnsupportedVersion, Assert.Throws<KafkaErrorException>(() => connection.VersionOf(Api.Fetch, 8)).Code);
        Assert.Equal(questions, _kafka.Count<ApiVersionsRequest>());
        Assert.Equal(newest, _kafka.Requests.Last().Version);
    }

    [Fact]
    public async Task A_closed_connection_is_opened_anew()
    {
        await using var client = _kafka.Client(_pool);
        await client.Metadata.RefreshAsync(CancellationToken.None);
        var first = await client.ConnectionAsync(1, ConnectionPurpose.Produce, CancellationToken.None);

        await _kafka.Node(1).DropAsync();
        await Testing.Eventually.TrueAsync("the close", Within, () => !first.IsOpen, CancellationToken.None);

        Assert.NotSame(first, await client.ConnectionAsync(1, ConnectionPurpose.Produce, CancellationToken.None));
    }

    [Fact]
    public async Task An_unreachable_cluster_is_named_with_endpoint_and_cause()
    {
        await _kafka.Node(1).StopAsync();
        await _kafka.Node(2).StopAsync();
        await using var client = _kafka.Client(
            _pool, options => options with { BootstrapServers = [_kafka.Node(1).Endpoint], CallTimeout = TimeSpan.FromMilliseconds(200) });

        var failure = await Assert.ThrowsAsync<KafkaConnectionException>(() => client.Metadata
            .RefreshAsync(CancellationToken.None).AsTask().WaitAsync(Within));

        Assert.Equal($"source: cannot reach 127.0.0.1:{_kafka.Node(1).Endpoint.Port}: connection refused", failure.Message);
    }

    /// <summary>Without any time for retries, as clusters are asked at the start.</summary>
    [Fact]
    public async Task A_bootstrap_server_that_is_gone_does_not_hide_the_next()
    {
        await _kafka.Node(1).StopAsync();
        await using var client = _kafka.Client(
            _pool, options => options with
            {
                BootstrapServers = [_kafka.Node(1).Endpoint, _kafka.Node(2).Endpoint],
                CallTimeout = TimeSpan.Zero
            });

        var metadata = await client.Metadata.RefreshAsync(CancellationToken.None).AsTask().WaitAsync(Within);

        Assert.NotEmpty(metadata.Brokers);
    }

    [Fact]
    public async Task The_first_failure_is_logged_at_once_and_the_others_are_not()
    {
        var log = new RecordingLoggerFactory();
        await _kafka.Node(1).StopAsync();
        await using var client = _kafka.Client(
            _pool, options => options with { BootstrapServers = [_kafka.Node(1).Endpoint] }, loggers: log);
        var refreshing = client.Metadata.RefreshAsync(CancellationToken.None).AsTask();
        await Testing.Eventually.TrueAsync("a line", Within, () => !log.Lines.IsEmpty, CancellationToken.None);

        _kafka.Node(1).Start();
        await refreshing.WaitAsync(Within);

        var port = _kafka.Node(1).Endpoint.Port;
        Assert.Equal(
            [$"Warning source: cannot reach 127.0.0.1:{port}: connection refused; trying again",
                $"Information source: 127.0.0.1:{port} can be reached again"],
            log.Lines);
    }

    [Fact]
    public async Task Another_protocol_is_no_matter_of_patience()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var answering = AnswerAsync();
        await using var client = _kafka.Client(_pool,
            options => options with { BootstrapServers = [new("127.0.0.1", port)], CallTimeout = TimeSpan.FromMinutes(5) });

        var failure = await Assert.ThrowsAsync<KafkaConnectionException>(() => client.Metadata
            .RefreshAsync(CancellationToken.None).AsTask().WaitAsync(Within));

        Assert.StartsWith($"source: 127.0.0.1:{port} does not speak Kafka: it speaks HTTP", failure.Message, StringComparison.Ordinal);
        await answering;

        async Task AnswerAsync()
        {
            using var socket = await listener.AcceptSocketAsync();
            await socket.SendAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());
            while (await socket.ReceiveAsync(new byte[1000]) > 0)
            {
            }
        }
    }

    [Fact]
    public async Task A_broker_that_fails_gives_way_to_another()
    {
        await using var client = _kafka.Client(_pool);
        await client.Metadata.RefreshAsync(CancellationToken.None);

        await _kafka.Node(1).StopAsync();
        for (var i = 0; i < 5; i++)
        {
            await client.Metadata.RefreshAsync(CancellationToken.None).AsTask().WaitAsync(Within);
        }
    }

    [Fact]
    public async Task The_bootstrap_servers_are_asked_again_when_all_known_brokers_are_gone()
    {
        await using var client = _kafka.Client(_pool, options => options with { BootstrapServers = [_kafka.Node(1).Endpoint] });
        await client.Metadata.RefreshAsync(CancellationToken.None);
        var known = client.Metadata.Current.Brokers.Keys.Order().ToArray();
        _kafka.Intercept = request => Task.FromResult<IBody?>(
            request.Body is MetadataRequest
                ? new MetadataResponse { Brokers = [new() { NodeId = 9, Host = "127.0.0.1", Port = 1 }] }
                : null);
        await client.Metadata.RefreshAsync(CancellationToken.None);
        _kafka.Intercept = null;

        var snapshot = await client.Metadata.RefreshAsync(CancellationToken.None).AsTask().WaitAsync(Within);

        Assert.Equal(known, snapshot.Brokers.Keys.Order());
    }

    [Fact]
    public async Task A_call_follows_the_coordinator()
    {
        await using var client = _kafka.Client(_pool);
        Assert.Equal(1, await client.FindCoordinatorAsync(CoordinatorType.Group, "g", CancellationToken.None));
        _kafka.CoordinatorId = 2;

        var answer = await client.CallCoordinatorAsync(
            CoordinatorType.Group, "g", new HeartbeatRequest { GroupId = "g" }, (HeartbeatResponse response) => response.ErrorCode,
            CancellationToken.None);

        Assert.Equal(ErrorCode.None, answer.ErrorCode);
        Assert.Equal(2, await client.FindCoordinatorAsync(CoordinatorType.Group, "g", CancellationToken.None));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(6)]
    public async Task Coordinators_are_found_in_every_version(short version)
    {
        _kafka.Newest[ApiKey.FindCoordinator] = version;
        _kafka.CoordinatorId = 2;
        await using var client = _kafka.Client(_pool);

        Assert.Equal(2, await client.FindCoordinatorAsync(CoordinatorType.Group, "g", CancellationToken.None));
    }

    [Fact]
    public async Task A_coordinator_that_loads_is_waited_for()
    {
        await using var client = _kafka.Client(_pool);
        var asked = 0;
        _kafka.Intercept = request => Task.FromResult<IBody?>(
            request.Body is HeartbeatRequest && ++asked <= 3
                ? new HeartbeatResponse { ErrorCode = ErrorCode.CoordinatorLoadInProgress }
                : null);

        var answer = await client.CallCoordinatorAsync(
            CoordinatorType.Group, "g", new HeartbeatRequest { GroupId = "g" }, (HeartbeatResponse response) => response.ErrorCode,
            CancellationToken.None);

        Assert.Equal((ErrorCode.None, 4), (answer.ErrorCode, asked));
        Assert.Equal(1, _kafka.Count<FindCoordinatorRequest>());
    }

    [Fact]
    public async Task A_call_follows_the_controller()
    {
        await using var client = _kafka.Client(_pool);
        await client.Metadata.RefreshAsync(CancellationToken.None);
        _kafka.ControllerId = 2;

        var answer = await client.CallControllerAsync(
            new DeleteTopicsRequest { TopicNames = ["t"], Topics = [new() { Name = "t" }] },
            (DeleteTopicsResponse response) => response.Responses[0].ErrorCode, CancellationToken.None);

        Assert.Equal(ErrorCode.None, answer.Responses[0].ErrorCode);
    }

    [Fact]
    public async Task A_throttled_connection_holds_its_next_request_back()
    {
        await using var client = _kafka.Client(_pool);
        var connection = await client.ConnectionAsync(-1, ConnectionPurpose.General, CancellationToken.None);
        _kafka.Intercept = request =>
            Task.FromResult<IBody?>(request.Body is HeartbeatRequest ? new HeartbeatResponse { ThrottleTimeMs = 300 } : null);
        await connection.CallAsync(new HeartbeatRequest(), CancellationToken.None);
        var since = TimeProvider.System.GetTimestamp();

        await connection.CallAsync(new HeartbeatRequest(), CancellationToken.None);

        Assert.True(TimeProvider.System.GetElapsedTime(since) >= TimeSpan.FromMilliseconds(290));
    }

    [Fact]
    public async Task A_malformed_answer_closes_the_connection_and_names_the_api()
    {
        await using var client = _kafka.Client(_pool);
        var connection = await client.ConnectionAsync(-1, ConnectionPurpose.General, CancellationToken.None);
        _kafka.Intercept = request =>
            Task.FromResult<IBody?>(request.Body is FindCoordinatorRequest ? new HeartbeatResponse { ThrottleTimeMs = -1 } : null);

        var failure = await Assert.ThrowsAsync<KafkaConnectionException>(
            () => connection.CallAsync(new FindCoordinatorRequest { CoordinatorKeys = ["g"] }, CancellationToken.None).AsTask());

        Assert.Contains("sent an answer to FindCoordinator v6 that cannot be read", failure.Message, StringComparison.Ordinal);
        Assert.False(connection.IsOpen);
    }

    [Fact]
    public async Task Disposing_ends_everything_under_way()
    {
        var client = _kafka.Client(_pool);
        _kafka.Intercept = async request =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, request.Node.Dropped);
            return null;
        };
        var connecting = client.ConnectionAsync(-1, ConnectionPurpose.Fetch, CancellationToken.None).AsTask();
        var refreshing = client.Metadata.RefreshAsync(CancellationToken.None).AsTask();
        await Testing.Eventually.TrueAsync("the requests", Within, () => _kafka.Requests.Count >= 2, CancellationToken.None);

        await client.DisposeAsync().AsTask().WaitAsync(Within);

        await Assert.ThrowsAnyAsync<Exception>(() => connecting.WaitAsync(Within));
        await Assert.ThrowsAnyAsync<Exception>(() => refreshing.WaitAsync(Within));
        await Testing.Eventually.TrueAsync("no connection", Within, () => !connecting.IsCompletedSuccessfully, CancellationToken.None);
    }
}

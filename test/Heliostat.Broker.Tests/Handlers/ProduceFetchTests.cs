using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Tests.Handlers;

public sealed class ProduceFetchTests : IAsyncLifetime
{
    private EmbeddedCluster _cluster = null!;
    private RawClient _client = null!;

    public async Task InitializeAsync()
    {
        _cluster = await EmbeddedCluster.StartAsync(new EmbeddedClusterOptions { Topics = [new EmbeddedTopic("t", 2)] },
            CancellationToken.None);
        _client = await RawClient.ConnectAsync(_cluster.BootstrapServers, CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await _client.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    [Theory]
    [InlineData(3)]
    [InlineData(9)]
    [InlineData(12)]
    public async Task What_was_produced_is_fetched_with_offsets_and_epoch(short version)
    {
        var first = await ProduceAsync(Batches.Of("a", "b"), version);
        var second = await ProduceAsync(Batches.Of("c"), version);

        var fetched = await FetchAsync(0);

        Assert.Equal(0, first.BaseOffset);
        Assert.Equal(2, second.BaseOffset);
        Assert.Equal(3, fetched.HighWatermark);
        Assert.Equal([(0, "a"), (1, "b"), (2, "c")], Batches.Read(fetched.Records.Span));
    }

    [Fact]
    public async Task A_waiting_fetch_is_answered_when_bytes_come()
    {
        await using var other = await RawClient.ConnectAsync(_cluster.BootstrapServers, CancellationToken.None);
        await other.SendAsync(Batches.Fetch("t", 0, 0, maxWaitMs: 60_000), 12, CancellationToken.None);

        await ProduceAsync(Batches.Of("late"));

        var response = await other.ReceiveAsync<FetchResponse>(Api.Fetch, 12, CancellationToken.None);
        Assert.Equal([(0, "late")], Batches.Read(response.Responses[0].Partitions[0].Records.Span));
    }

    [Fact]
    public async Task A_fetch_with_nothing_to_read_is_answered_when_its_time_is_up()
    {
        var response = await _client.CallAsync(Batches.Fetch("t", 0, 0, maxWaitMs: 20), 12, CancellationToken.None);

        Assert.Equal(ErrorCode.None, response.Responses[0].Partitions[0].ErrorCode);
        Assert.True(response.Responses[0].Partitions[0].Records.IsEmpty);
    }

    [Fact]
    public async Task An_unknown_version_of_api_versions_is_answered_in_version_0()
    {
        var request = _client.Encode(new ApiVersionsRequest { ClientSoftwareName = "x", ClientSoftwareVersion = "1" }, 4);
        request[7] = 99;

        await _client.SendAsync(request, CancellationToken.None);
        var response = await _client.ReceiveAsync<ApiVersionsResponse>(Api.ApiVersions, 0, CancellationToken.None);

        Assert.Equal(ErrorCode.UnsupportedVersion, response.ErrorCode);
        Assert.Equal([(short)ApiKey.ApiVersions], response.ApiKeys.Select(api => api.ApiKey));
    }

    [Fact]
    public async Task A_request_without_acks_that_is_refused_gets_a_closed_connection_and_no_answer()
    {
        await using var other = await RawClient.ConnectAsync(_cluster.BootstrapServers, CancellationToken.None);
        await other.SendAsync(Batches.Produce("t", 0, Batches.Idempotent(7, 0, 0, 2, transactional: true), acks: 0), 9,
            CancellationToken.None);

        await Assert.ThrowsAnyAsync<IOException>(() => other.ReceiveFrameAsync(CancellationToken.None));
    }

    private async Task<PartitionProduceResponse> ProduceAsync(byte[] batch, short version = 9)
    {
        var response = await _client.CallAsync(Batches.Produce("t", 0, batch), version, CancellationToken.None);
        return response.Responses[0].PartitionResponses[0];
    }

    private async Task<PartitionData> FetchAsync(long offset)
    {
        var response = await _client.CallAsync(Batches.Fetch("t", 0, offset), 12, CancellationToken.None);
        return response.Responses[0].Partitions[0];
    }
}

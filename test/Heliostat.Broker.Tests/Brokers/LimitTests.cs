using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;
using Heliostat.Broker.Handlers;
using Heliostat.Protocol.Compression;
using Heliostat.Protocol.Messages;
using Heliostat.Testing;
using Heliostat.Transport.Server;

namespace Heliostat.Broker.Tests.Brokers;

/// <summary>What peers may take of a broker, and that those who take too much do not take it from others.</summary>
[Collection(nameof(Alone))]
public sealed class LimitTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Half_open_frames_of_a_flood_of_connections_are_closed_and_counted_and_memory_stays_bounded()
    {
        const int Flood = 3000;
        const int Limit = 1000;
        await using var cluster = await StartAsync(new() { MaxConnections = Limit, HalfOpenTimeout = TimeSpan.FromSeconds(1) });
        var before = GC.GetTotalMemory(forceFullCollection: true);

        var flood = new List<TcpClient>();
        for (var n = 0; n < Flood; n++) flood.Add(await OpenAsync(cluster, [0, 0, 40, 0, 0, 3, 0]));
        await Eventually.TrueAsync(
            "the flood to be closed", Patience,
            () => cluster.ClosedConnectionCount(0, CloseReason.HalfOpen) + cluster.ClosedConnectionCount(0, CloseReason.TooManyConnections)
                + cluster.ClosedConnectionCount(0, CloseReason.PeerLost) == Flood,
            CancellationToken.None);

        Assert.True(cluster.ClosedConnectionCount(0, CloseReason.HalfOpen) >= Limit);
        await Eventually.TrueAsync("all to be given back", Patience,
            () => cluster.ConnectionCount(0) == 0 && cluster.RequestMemoryInUse == 0, CancellationToken.None);
        await AssertServesAsync(cluster);
        foreach (var tcp in flood) tcp.Dispose();
        Assert.True(GC.GetTotalMemory(forceFullCollection: true) - before < 64 << 20);
    }

    [Fact]
    public async Task Frames_that_claim_all_memory_and_do_not_come_give_way_to_those_who_wait()
    {
        await using var cluster = await StartAsync(new() { RequestMemoryBytes = 64 << 20 });
        var claims = new List<TcpClient>();
        for (var n = 0; n < 8; n++)
        {
            var claim = new byte[4096];
            BinaryPrimitives.WriteInt32BigEndian(claim, 30 << 20);
            claims.Add(await OpenAsync(cluster, claim));
        }

        await Eventually.TrueAsync("memory to be claimed", Patience, () => cluster.RequestMemoryInUse > 32 << 20, CancellationToken.None);
        await AssertServesAsync(cluster);

        Assert.True(cluster.ClosedConnectionCount(0, CloseReason.HalfOpen) > 0);
        Assert.True(cluster.RequestMemoryInUse <= 64 << 20);
        foreach (var tcp in claims) tcp.Dispose();
    }

    [Fact]
    public async Task Who_fetches_from_disk_and_does_not_read_gives_way_to_those_who_do()
    {
        using var folder = new TemporaryFolder("stall");
        await using var cluster = await StartAsync(new() { DataDirectory = folder.Path, AnswerMemoryBytes = 32 << 20 });
        await using (var producer = await RawClient.ConnectAsync(cluster.BootstrapServers, CancellationToken.None))
        {
            for (var n = 0; n < 40; n++) await producer.ProduceAsync("t", 0, Batches.Of(new string('x', 1_000_000)));
        }

        var deaf = new List<RawClient>();
        for (var n = 0; n < 4; n++)
        {
            var client = await RawClient.ConnectAsync(cluster.BootstrapServers, CancellationToken.None);
            deaf.Add(client);
            var request = Batches.Fetch("t", 0, 0);
            request.Topics[0].Partitions[0].PartitionMaxBytes = 30 << 20;
            for (var again = 0; again < 5; again++) await client.SendAsync(client.Encode(request, 12), CancellationToken.None);
        }

        await Eventually.TrueAsync("answer memory to be held", Patience, () => cluster.AnswerMemoryInUse > 16 << 20,
            CancellationToken.None);
        await using var reader = await RawClient.ConnectAsync(cluster.BootstrapServers, CancellationToken.None);
        var answer = await reader.FetchAsync("t", 0, 0);

        Assert.Equal(ErrorCode.None, answer.ErrorCode);
        Assert.NotEmpty(answer.Records.ToArray());
        Assert.True(cluster.ClosedConnectionCount(0, CloseReason.Stalled) > 0);
        foreach (var client in deaf) await client.DisposeAsync();
    }

    [Fact]
    public async Task Fetches_that_wait_with_large_requests_give_way_to_others()
    {
        await using var cluster = await StartAsync(new() { RequestMemoryBytes = 8 << 20 });
        var waiting = new List<RawClient>();
        for (var n = 0; n < 3; n++)
        {
            var client = await RawClient.ConnectAsync(cluster.BootstrapServers, CancellationToken.None);
            waiting.Add(client);
            await client.SendAsync(client.Encode(FetchOf(100_000, maxWaitMs: int.MaxValue), 12), CancellationToken.None);
            if (n == 0) await Eventually.TrueAsync("memory to be held", Patience, () => cluster.RequestMemoryInUse >= 3 << 20,
                CancellationToken.None);
        }

        await AssertServesAsync(cluster);

        foreach (var client in waiting) await client.DisposeAsync();
    }

    [Fact]
    public void Fetch_sessions_remember_no_more_than_all_may_together()
    {
        var sessions = new FetchSessions();
        var request = FetchOf(200_000, maxWaitMs: 0);
        request.SessionEpoch = 0;

        sessions.Begin(request, usesTopicIds: false, 0, out var first, out _);
        sessions.Begin(request, usesTopicIds: false, 0, out var second, out _);

        Assert.NotEqual(FetchSession.Sessionless, first.Id);
        Assert.Equal(FetchSession.Sessionless, second.Id);
        Assert.Equal(1, sessions.Count);
        Assert.Equal(200_000, second.Partitions.Count);
    }

    [Fact]
    public async Task A_batch_that_unpacks_to_much_is_taken()
    {
        await using var cluster = await StartAsync(new());
        await using var client = await RawClient.ConnectAsync(cluster.BootstrapServers, CancellationToken.None);

        var answer = await client.ProduceAsync("t", 0, Batches.Build([new string('x', 20 << 20)], static _ => { }, CompressionCodec.Gzip));

        Assert.Equal(ErrorCode.None, answer.ErrorCode);
    }

    [Fact]
    public async Task More_connections_than_one_address_may_have_are_closed_and_counted()
    {
        await using var cluster = await StartAsync(new() { MaxConnectionsPerAddress = 3 });
        var open = new List<TcpClient>();
        for (var n = 0; n < 3; n++) open.Add(await OpenAsync(cluster, []));
        await Eventually.TrueAsync("three connections", Patience, () => cluster.ConnectionCount(0) == 3, CancellationToken.None);

        using var fourth = await OpenAsync(cluster, []);
        await Eventually.TrueAsync("the fourth to be closed", Patience,
            () => cluster.ClosedConnectionCount(0, CloseReason.TooManyFromAddress) == 1, CancellationToken.None);

        open[0].Dispose();
        await Eventually.TrueAsync("room", Patience, () => cluster.ConnectionCount(0) == 2, CancellationToken.None);
        await AssertServesAsync(cluster);
        foreach (var tcp in open) tcp.Dispose();
    }

    [Fact]
    public async Task An_idle_connection_is_closed_and_counted()
    {
        await using var cluster = await StartAsync(new() { IdleTimeout = TimeSpan.FromMilliseconds(300) });
        using var idle = await OpenAsync(cluster, []);

        await Eventually.TrueAsync("it to be closed", Patience, () => cluster.ClosedConnectionCount(0, CloseReason.Idle) == 1,
            CancellationToken.None);

        await AssertServesAsync(cluster);
    }

    private static Task<EmbeddedCluster> StartAsync(EmbeddedClusterOptions options) =>
        EmbeddedCluster.StartAsync(options with { Topics = [new EmbeddedTopic("t")] }, CancellationToken.None);

    private static FetchRequest FetchOf(int partitionCount, int maxWaitMs)
    {
        var request = Batches.Fetch("t", 0, 0, maxWaitMs);
        for (var n = 1; n < partitionCount; n++)
            request.Topics[0].Partitions.Add(new FetchPartition { Partition = n, PartitionMaxBytes = 1 });
        return request;
    }

    private static async Task<TcpClient> OpenAsync(EmbeddedCluster cluster, byte[] bytes)
    {
        var tcp = new TcpClient { NoDelay = true };
        var parts = cluster.BootstrapServers.Split(':');
        await tcp.ConnectAsync(parts[0], int.Parse(parts[1], CultureInfo.InvariantCulture));
        try
        {
            await tcp.GetStream().WriteAsync(bytes);
        }
        catch (IOException)
        {
            // Closed at once: there were too many.
        }

        return tcp;
    }

    private static async Task AssertServesAsync(EmbeddedCluster cluster)
    {
        await using var client = await RawClient.ConnectAsync(cluster.BootstrapServers, CancellationToken.None);
        var answer = await client.ProduceAsync("t", 0, Batches.Of("served")).WaitAsync(Patience);
        Assert.Equal(ErrorCode.None, answer.ErrorCode);
    }
}

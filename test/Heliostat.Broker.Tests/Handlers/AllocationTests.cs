using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Tests.Handlers;

/// <summary>What a request costs the broker once it has seen its like: gates on counts, not on times.</summary>
[Collection(nameof(Alone))]
public sealed class AllocationTests
{
    private const int Requests = 2000;

    [Theory]
    [InlineData(ApiKey.Produce, 700)]
    [InlineData(ApiKey.Fetch, 2600)]
    public async Task A_request_in_steady_state_allocates_little(ApiKey api, int mostBytes)
    {
        // On disk, where the log itself keeps nothing in memory.
        using var folder = new Heliostat.Testing.TemporaryFolder("allocation");
        await using var cluster = await EmbeddedCluster.StartAsync(
            new EmbeddedClusterOptions { DataDirectory = folder.Path, Topics = [new EmbeddedTopic("t")] }, CancellationToken.None);
        await using var client = await RawClient.ConnectAsync(cluster.BootstrapServers, CancellationToken.None);
        await client.ProduceAsync("t", 0, Batches.Of(new string('x', 5000)));
        var frame = api == ApiKey.Produce
            ? client.Encode(Batches.Produce("t", 0, Batches.Of(new string('x', 5000))), 9)
            : client.Encode(Batches.Fetch("t", 0, 0), 12);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        var address = cluster.BootstrapServers.Split(':');
        await socket.ConnectAsync(address[0], int.Parse(address[1], CultureInfo.InvariantCulture));
        var answer = new byte[1 << 20];
        for (var n = 0; n < Requests; n++) await AskAsync(socket, frame, answer);
        var before = GC.GetTotalAllocatedBytes(precise: true);

        for (var n = 0; n < Requests; n++) await AskAsync(socket, frame, answer);

        var perRequest = (GC.GetTotalAllocatedBytes(precise: true) - before) / Requests;
        Assert.True(perRequest < mostBytes, $"{api}: {perRequest} bytes a request");
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private static async ValueTask AskAsync(Socket socket, byte[] frame, byte[] answer)
    {
        await socket.SendAsync(frame, SocketFlags.None);
        var got = 0;
        while (got < 4 || got < 4 + BinaryPrimitives.ReadInt32BigEndian(answer))
            got += await socket.ReceiveAsync(answer.AsMemory(got), SocketFlags.None);
    }
}

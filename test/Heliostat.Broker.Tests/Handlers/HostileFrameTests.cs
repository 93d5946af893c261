using System.Buffers.Binary;
using System.Net.Sockets;
using System.Reflection;
using Heliostat.Broker.Handlers;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Wire;
using Heliostat.Testing;
using Heliostat.Transport.Server;

namespace Heliostat.Broker.Tests.Handlers;

/// <summary>
/// Whatever bytes come, the answer is one, or a closed connection with a counted reason; the broker goes on, at bounded memory.
/// </summary>
[Collection(nameof(Alone))]
public sealed class HostileFrameTests : IAsyncLifetime
{
    private const long HeapBound = 300L << 20;

    private EmbeddedCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await EmbeddedCluster.StartAsync(
        new EmbeddedClusterOptions { Topics = [new EmbeddedTopic("t", 2)] }, CancellationToken.None);

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    public static TheoryData<string> Apis => [.. HandlerTable.All.Select(handler => handler.Api.Key.ToString())];

    [Theory]
    [MemberData(nameof(Apis))]
    public async Task A_request_cut_off_anywhere_is_answered_or_closes_its_connection(string api)
    {
        var handler = HandlerTable.All.First(other => other.Api.Key.ToString() == api);
        foreach (var version in (short[])[handler.MinVersion, handler.MaxVersion])
        {
            var whole = Encode(handler, version);
            for (var length = 0; length < whole.Length; length++) await SendAsync(whole[..length]);
        }

        await AssertLivesAsync();
        Assert.Equal(0, _cluster.ClosedConnectionCount(0, CloseReason.HandlerFailed));
    }

    [Theory]
    [MemberData(nameof(Apis))]
    public async Task A_mutated_request_is_answered_or_closes_its_connection(string api)
    {
        var handler = HandlerTable.All.First(other => other.Api.Key.ToString() == api);
        var seed = Seed.Next();
        var random = new Random(seed);
        for (var n = 0; n < 150; n++)
        {
            var frame = Mutate(Encode(handler, (short)random.Next(handler.MinVersion, handler.MaxVersion + 1)), random);
            BinaryPrimitives.WriteInt16BigEndian(frame, (short)handler.Api.Key);
            await SendAsync(frame, handler.Api.Key is ApiKey.Fetch or ApiKey.JoinGroup);
        }

        await AssertLivesAsync($"seed {seed}");
        Assert.True(_cluster.ClosedConnectionCount(0, CloseReason.HandlerFailed) == 0, $"seed {seed}");
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    [InlineData(int.MaxValue)]
    [InlineData((100 << 20) + 1)]
    [InlineData(0x47455420)]
    public async Task An_unbelievable_size_closes_the_connection_and_takes_no_memory(int size)
    {
        await using var stream = await ConnectAsync();
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, size);

        await stream.WriteAsync(bytes);

        await AssertClosedAsync(stream);
        await CountedAsync(_cluster, CloseReason.BadFrameSize);
        await AssertGivenBackAsync("a size that cannot be");
    }

    [Theory]
    [InlineData(0x7fffffff)]
    [InlineData(0x00ffffff)]
    [InlineData(-2)]
    public async Task A_list_that_claims_more_than_the_frame_has_closes_the_connection_at_once(int count)
    {
        await using var client = await RawClient.ConnectAsync(_cluster.BootstrapServers, CancellationToken.None);
        var frame = client.Encode(new MetadataRequest { Topics = [new MetadataRequestTopic { Name = "t" }] }, 4);
        var at = frame.Length - 1 - 3 - 4;
        Assert.Equal(1, BinaryPrimitives.ReadInt32BigEndian(frame.AsSpan(at)));
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(at), count);
        var before = GC.GetTotalAllocatedBytes(precise: true);

        await client.SendAsync(frame, CancellationToken.None);

        Assert.True(await client.IsClosedAsync(CancellationToken.None));
        await CountedAsync(_cluster, CloseReason.MalformedFrame);
        Assert.True(GC.GetTotalAllocatedBytes(precise: true) - before < 4 << 20);
    }

    [Fact]
    public async Task A_request_that_lists_without_end_is_too_large_unless_it_produces()
    {
        await using var cluster = await EmbeddedCluster.StartAsync(new EmbeddedClusterOptions { MaxOtherRequestBytes = 10_000 },
            CancellationToken.None);
        await using var client = await RawClient.ConnectAsync(cluster.BootstrapServers, CancellationToken.None);
        var request = new MetadataRequest
        {
            Topics = [.. Enumerable.Range(0, 2000).Select(n => new MetadataRequestTopic { Name = $"topic-{n}" })]
        };

        await client.SendAsync(client.Encode(request, 9), CancellationToken.None);

        Assert.True(await client.IsClosedAsync(CancellationToken.None));
        await CountedAsync(cluster, CloseReason.BadFrameSize);
    }

    [Fact]
    public async Task Random_bytes_do_no_harm()
    {
        var seed = Seed.Next();
        var random = new Random(seed);
        for (var n = 0; n < 300; n++)
        {
            await using var stream = await ConnectAsync();
            var bytes = new byte[random.Next(8, 3000)];
            random.NextBytes(bytes);
            if (random.Next(2) == 0) BinaryPrimitives.WriteInt32BigEndian(bytes, bytes.Length - 4);
            await WriteLastAsync(stream, bytes);
            await AssertClosedAsync(stream);
        }

        await AssertLivesAsync($"seed {seed}");
        Assert.True(_cluster.ClosedConnectionCount(0, CloseReason.HandlerFailed) == 0, $"seed {seed}");
    }

    private static byte[] Encode(IApiHandler handler, short version) =>
        (byte[])typeof(HostileFrameTests).GetMethod(nameof(EncodeBody), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(RequestType(handler)).Invoke(null, [handler, version])!;

    /// <summary>A request with its defaults, or with more where that says more.</summary>
    private static byte[] EncodeBody<TRequest>(IApiHandler handler, short version) where TRequest : class, IBody, new()
    {
        var request = new TRequest();
        switch (request)
        {
            case ProduceRequest produce:
                produce.Acks = 1;
                var topic = produce.TopicData.Next();
                topic.Name = "t";
                topic.PartitionData.Next().Records = Batches.Of("a", "b");
                break;
            case FetchRequest fetch:
                fetch.Topics.Add(Batches.Fetch("t", 0, 0).Topics[0]);
                break;
            case MetadataRequest metadata:
                metadata.Topics = [new MetadataRequestTopic { Name = "t" }];
                break;
        }

        var buffer = new WireBuffer();
        var header = new RequestHeader
        {
            RequestApiKey = (short)handler.Api.Key,
            RequestApiVersion = version,
            CorrelationId = 1,
            ClientId = "hostile"
        };
        var writer = new WireWriter(buffer, version, handler.Api.IsFlexible(version));
        writer.Body(ref header);
        writer.Body(ref request);
        return buffer.ToArray();
    }

    private static Type RequestType(IApiHandler handler)
    {
        var type = handler.GetType();
        while (!type!.IsGenericType) type = type.BaseType;
        return type.GetGenericArguments()[0];
    }

    private static byte[] Mutate(byte[] frame, Random random)
    {
        for (var n = random.Next(1, 6); n > 0; n--)
        {
            // The key and the version stay mostly, so that more than the dispatcher sees it.
            var at = random.Next(4, frame.Length);
            switch (random.Next(4))
            {
                case 0:
                    frame[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    frame[at] = (byte)random.Next(256);
                    break;
                case 2:
                    frame = [.. frame[..at], .. new byte[random.Next(1, 9)], .. frame[at..]];
                    break;
                default:
                    if (frame.Length > 12) frame = [.. frame[..at], .. frame[Math.Min(frame.Length, at + random.Next(1, 5))..]];
                    break;
            }
        }

        return frame;
    }

    /// <summary>Sends a frame, says no more, and waits until the broker closes, which it does after the answer at the latest.</summary>
    /// <param name="frame">What to send.</param>
    /// <param name="mayWait">Whether it may ask the broker to wait before it answers, for as long as it likes: then it is given up after a
    /// moment.</param>
    private async Task SendAsync(byte[] frame, bool mayWait = false)
    {
        await using var stream = await ConnectAsync();
        var bytes = new byte[frame.Length + 4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, frame.Length);
        frame.CopyTo(bytes, 4);
        await WriteLastAsync(stream, bytes);
        if (mayWait) await Task.WhenAny(AssertClosedAsync(stream), Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System));
        else await AssertClosedAsync(stream);
    }

    private async Task<NetworkStream> ConnectAsync()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        var parts = _cluster.BootstrapServers.Split(':');
        await socket.ConnectAsync(parts[0], int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture));
        return new NetworkStream(socket, ownsSocket: true);
    }

    private static async Task WriteLastAsync(NetworkStream stream, byte[] bytes)
    {
        try
        {
            await stream.WriteAsync(bytes);
            stream.Socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            // Closed before all was said.
        }
    }

    /// <summary>The peer sees the end a moment before it is counted.</summary>
    private static Task CountedAsync(EmbeddedCluster cluster, CloseReason reason) => Eventually.TrueAsync(
        $"a connection closed as {reason}", TimeSpan.FromSeconds(30), () => cluster.ClosedConnectionCount(0, reason) == 1,
        CancellationToken.None);

    private static async Task AssertClosedAsync(NetworkStream stream)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var buffer = new byte[65536];
        try
        {
            while (await stream.ReadAsync(buffer, deadline.Token) > 0)
            {
            }
        }
        catch (IOException)
        {
            // Closed with bytes of ours unread.
        }
    }

    /// <param name="what">What was sent, for the message: a seed where there is one.</param>
    private async Task AssertLivesAsync(string what = "frames")
    {
        await using var client = await RawClient.ConnectAsync(_cluster.BootstrapServers, CancellationToken.None);
        var answer = await client.ProduceAsync("t", 1, Batches.Of("still here"));
        Assert.Equal(ErrorCode.None, answer.ErrorCode);
        await AssertGivenBackAsync(what);
        Assert.True(GC.GetTotalMemory(forceFullCollection: true) < HeapBound);
    }

    /// <summary>A request's memory is given back after its answer is sent, or its connection closed.</summary>
    private Task AssertGivenBackAsync(string what) =>
        Eventually.TrueAsync($"all memory of requests to be given back after {what}", TimeSpan.FromSeconds(10),
            () => _cluster.RequestMemoryInUse == 0, CancellationToken.None);
}

using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Wire;

namespace Heliostat.Testing.Wire;

/// <summary>One plain connection that says exactly what it is told, in exactly the version it is told.</summary>
public sealed class RawClient : IAsyncDisposable
{
    private readonly TcpClient _tcp = new() { NoDelay = true };
    private int _correlationId;

    /// <summary>The name it gives itself.</summary>
    public string ClientId { get; set; } = "raw";

    private NetworkStream Stream => _tcp.GetStream();

    public static async Task<RawClient> ConnectAsync(string bootstrap, CancellationToken ct)
    {
        var client = new RawClient();
        var first = bootstrap.Split(',')[0].Split(':');
        await client._tcp.ConnectAsync(first[0], int.Parse(first[1], CultureInfo.InvariantCulture), ct);
        return client;
    }

    public async Task<TResponse> CallAsync<TResponse>(IRequest<TResponse> request, short version, CancellationToken ct)
        where TResponse : IBody, new()
    {
        await SendAsync(request, version, ct);
        return await ReceiveAsync<TResponse>(request.Api, version, ct);
    }

    public Task SendAsync<TResponse>(IRequest<TResponse> request, short version, CancellationToken ct) where TResponse : IBody, new() =>
        SendAsync(Encode(request, version), ct);

    public async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct) => await Stream.WriteAsync(bytes, ct);

    public async Task<TResponse> ReceiveAsync<TResponse>(Api api, short version, CancellationToken ct) where TResponse : IBody, new()
    {
        var frame = await ReceiveFrameAsync(ct);
        return Decode<TResponse>(frame, api, version);
    }

    public async Task<byte[]> ReceiveFrameAsync(CancellationToken ct)
    {
        var size = new byte[4];
        await Stream.ReadExactlyAsync(size, ct);
        var frame = new byte[BinaryPrimitives.ReadInt32BigEndian(size)];
        await Stream.ReadExactlyAsync(frame, ct);
        return frame;
    }

    /// <summary>Whether the broker closes the connection, perhaps after sending something.</summary>
    public async Task<bool> IsClosedAsync(CancellationToken ct)
    {
        var buffer = new byte[4096];
        try
        {
            while (await Stream.ReadAsync(buffer, ct) > 0)
            {
            }

            return true;
        }
        catch (IOException)
        {
            return true;
        }
    }

    public byte[] Encode<TResponse>(IRequest<TResponse> request, short version) where TResponse : IBody, new()
    {
        var buffer = new WireBuffer();
        buffer.Take(4).Clear();
        var header = new RequestHeader
        {
            RequestApiKey = (short)request.Api.Key,
            RequestApiVersion = version,
            CorrelationId = ++_correlationId,
            ClientId = ClientId,
        };
        var writer = new WireWriter(buffer, version, request.Api.IsFlexible(version));
        writer.Body(ref header);
        writer.Body(request);
        buffer.PatchInt32(0, (int)buffer.TotalBytes - 4);
        return buffer.ToArray();
    }

    public ValueTask DisposeAsync()
    {
        _tcp.Dispose();
        return ValueTask.CompletedTask;
    }

    private static TResponse Decode<TResponse>(byte[] frame, Api api, short version) where TResponse : IBody, new()
    {
        var headerVersion = api.ResponseHeaderVersion(version);
        var skip = headerVersion >= ResponseHeader.FlexibleFrom ? 5 : 4;
        var reader = new WireReader(frame.AsMemory(skip), version, api.IsFlexible(version));
        var response = new TResponse();
        reader.Body(ref response);
        return response;
    }
}

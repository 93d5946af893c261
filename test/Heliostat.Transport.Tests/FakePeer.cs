using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Heliostat.Protocol.Wire;
using Heliostat.Transport.Network;

namespace Heliostat.Transport.Tests;

/// <summary>A listener on loopback whose test plays the broker by hand, byte by byte if need be.</summary>
internal sealed class FakePeer : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private Socket? _socket;

    public FakePeer()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        Endpoint = new DnsEndPoint("127.0.0.1", ((IPEndPoint)_listener.LocalEndPoint!).Port);
    }

    public DnsEndPoint Endpoint { get; }

    public Socket Socket => _socket ?? throw new InvalidOperationException("nobody connected");

    /// <summary>A whole request: size, four bytes that a real one would use for key and version, correlation id, payload.</summary>
    public static WireBuffer Request(int correlationId, params ReadOnlySpan<byte> payload)
    {
        var buffer = new WireBuffer();
        var head = buffer.Take(12);
        BinaryPrimitives.WriteInt32BigEndian(head, 8 + payload.Length);
        BinaryPrimitives.WriteInt32BigEndian(head[8..], correlationId);
        payload.CopyTo(buffer.Take(payload.Length));
        return buffer;
    }

    /// <summary>A whole answer: size, correlation id, payload.</summary>
    public static byte[] Answer(int correlationId, params ReadOnlySpan<byte> payload)
    {
        var bytes = new byte[8 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(bytes, 4 + payload.Length);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4), correlationId);
        payload.CopyTo(bytes.AsSpan(8));
        return bytes;
    }

    public async Task<FramedConnection> ConnectAsync(FramePool pool, TimeProvider? time = null, ConnectionOptions? options = null)
    {
        options ??= new ConnectionOptions { Cluster = "source" };
        time ??= TimeProvider.System;
        var connecting = ConnectionDial.ConnectAsync(SocketNetwork.Shared, Endpoint, options, time, CancellationToken.None);
        _socket = await _listener.AcceptAsync();
        _socket.NoDelay = true;
        return FramedConnection.Open(Endpoint, await connecting, options, pool, time);
    }

    /// <summary>Reads one request and gives what follows its size.</summary>
    public async Task<byte[]> ReadRequestAsync()
    {
        var size = await ReadAsync(4);
        return await ReadAsync(BinaryPrimitives.ReadInt32BigEndian(size));
    }

    public async Task<byte[]> ReadAsync(int count)
    {
        var bytes = new byte[count];
        for (var done = 0; done < count;)
        {
            var received = await Socket.ReceiveAsync(bytes.AsMemory(done));
            done += received > 0 ? received : throw new EndOfStreamException();
        }

        return bytes;
    }

    public async Task SendAsync(params byte[] bytes) => await Socket.SendAsync(bytes);

    /// <summary>Closes with a reset: what a killed process leaves behind.</summary>
    public void Reset()
    {
        Socket.LingerState = new LingerOption(true, 0);
        Socket.Dispose();
    }

    public void Dispose()
    {
        _socket?.Dispose();
        _listener.Dispose();
    }
}

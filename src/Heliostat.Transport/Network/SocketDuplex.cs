using System.Net;
using System.Net.Sockets;
using Heliostat.Protocol.Wire;

namespace Heliostat.Transport.Network;

/// <summary>A TCP socket: no delay, keep-alive, vectored sends.</summary>
internal sealed class SocketDuplex : IDuplex
{
    private const int KeepAliveAfterSeconds = 60;
    private const int KeepAliveEverySeconds = 10;
    private const int KeepAliveTries = 3;

    private readonly Socket _socket;
    private readonly ReceiveLowWater _lowWater;
    private VectoredSend? _send;

    public SocketDuplex(Socket socket)
    {
        _socket = socket;
        _lowWater = new ReceiveLowWater(socket);
    }

    /// <summary>Tries one address; throws <see cref="SocketException"/>.</summary>
    public static async ValueTask<SocketDuplex> ConnectAsync(IPEndPoint address, SocketBuffers buffers, CancellationToken ct)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            Prepare(socket, buffers);
            await socket.ConnectAsync(address, ct);
            return new SocketDuplex(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public static void Prepare(Socket socket, SocketBuffers buffers)
    {
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveAfterSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, KeepAliveEverySeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, KeepAliveTries);
        if (buffers.SendBytes >= 0)
        {
            socket.SendBufferSize = buffers.SendBytes;
        }

        if (buffers.ReceiveBytes >= 0)
        {
            socket.ReceiveBufferSize = buffers.ReceiveBytes;
        }
    }

    public ValueTask<int> ReceiveAsync(Memory<byte> into)
    {
        _lowWater.Prepare(into.Length);
        return _socket.ReceiveAsync(into, SocketFlags.None, CancellationToken.None);
    }

    public ValueTask<int> ReceiveSomeAsync(Memory<byte> into, int owed)
    {
        _lowWater.Prepare(Math.Min(into.Length, owed));
        return _socket.ReceiveAsync(into, SocketFlags.None, CancellationToken.None);
    }

    public ValueTask SendAsync(WireBuffer message) => (_send ??= new VectoredSend(_socket)).SendAsync(message);

    public void Dispose()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException)
        {
            // Not connected any more: nothing to say goodbye to.
        }
        catch (ObjectDisposedException)
        {
            // Disposed before.
        }

        _socket.Dispose();
        _send?.Dispose();
    }
}

using System.Net;
using System.Net.Sockets;

namespace Heliostat.Transport.Network;

/// <summary>A TCP port.</summary>
internal sealed class SocketListener : INetworkListener
{
    private const int Backlog = 512;

    private readonly Socket _socket;

    public SocketListener(IPEndPoint address)
    {
        _socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (address.AddressFamily == AddressFamily.InterNetworkV6)
            {
                _socket.DualMode = true;
            }

            _socket.Bind(address);
            _socket.Listen(Backlog);
            EndPoint = (IPEndPoint)_socket.LocalEndPoint!;
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
    }

    public IPEndPoint EndPoint { get; }

    public async ValueTask<AcceptedPeer> AcceptAsync(CancellationToken ct)
    {
        var socket = await _socket.AcceptAsync(ct);
        try
        {
            SocketDuplex.Prepare(socket, SocketBuffers.OfTheSystem);
            return new AcceptedPeer(new SocketDuplex(socket), socket.RemoteEndPoint as IPEndPoint ?? new IPEndPoint(IPAddress.None, 0));
        }
        catch (SocketException)
        {
            // It ended while it waited for us.
            socket.Dispose();
            throw new SocketException((int)SocketError.ConnectionAborted);
        }
    }

    public void Dispose() => _socket.Dispose();
}

using System.Net;
using System.Net.Sockets;

namespace Heliostat.Transport.Network;

/// <summary>A TCP port.</summary>
internal sealed class SocketListener : INetworkListener
{
    private const int Backlog = 512;
    private const int MostTries = 10;

    /// <summary>The ports that are taken where nobody asks for one.</summary>
    private const int LowestPort = 15_000;
    private const int Ports = 17_000;

    private readonly Socket _socket;

    public SocketListener(IPEndPoint address)
    {
        _socket = address.Port == 0 ? ListenBelow(address) : Listen(address);
        EndPoint = (IPEndPoint)_socket.LocalEndPoint!;
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

    /// <summary>
    /// A port below those that systems give to outgoing connections: who stops to listen there, and begins again, finds it free.
    /// </summary>
    private static Socket ListenBelow(IPEndPoint address)
    {
        for (var tries = 0; ; tries++)
        {
            var any = Listen(address);
            if (tries == MostTries)
            {
                return any;
            }

            using (any)
            {
                try
                {
                    return Listen(new IPEndPoint(address.Address, LowestPort + (((IPEndPoint)any.LocalEndPoint!).Port % Ports)));
                }
                catch (SocketException taken) when (taken.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
                {
                }
            }
        }
    }

    private static Socket Listen(IPEndPoint address)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (address.AddressFamily == AddressFamily.InterNetworkV6)
            {
                socket.DualMode = true;
            }

            socket.Bind(address);
            socket.Listen(Backlog);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

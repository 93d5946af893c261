using System.Net;
using System.Net.Sockets;
using Heliostat.Protocol.Wire;

namespace Heliostat.Transport.Network;

/// <summary>A connection of a <see cref="MemoryNetwork"/>, and what may befall it.</summary>
public sealed class MemoryConnection : IDisposable
{
    private readonly MemoryNetwork _network;
    private readonly MemoryPipe _toServer;
    private readonly MemoryPipe _toClient;
    private int _openEnds = 2;

    internal MemoryConnection(MemoryNetwork network, long number, IPEndPoint client, IPEndPoint server)
    {
        _network = network;
        Number = number;
        Client = client;
        Server = server;
        _toServer = new MemoryPipe(network.Time);
        _toClient = new MemoryPipe(network.Time);
        ClientEnd = new End(this, _toServer, _toClient, toServer: true);
        ServerEnd = new End(this, _toClient, _toServer, toServer: false);
    }

    /// <summary>Counts the connections of the network, in order of dialling.</summary>
    public long Number { get; }

    /// <summary>Who dialled.</summary>
    public IPEndPoint Client { get; }

    /// <summary>The port that was dialled.</summary>
    public IPEndPoint Server { get; }

    /// <summary>While true the server receives nothing of what the client sends. It is not lost unless the connection is cut.</summary>
    public bool HoldsToServer
    {
        get => _toServer.IsHeld;
        set => _toServer.IsHeld = value;
    }

    /// <summary>While true the client receives nothing of what the server sends. It is not lost unless the connection is cut.</summary>
    public bool HoldsToClient
    {
        get => _toClient.IsHeld;
        set => _toClient.IsHeld = value;
    }

    internal IDuplex ClientEnd { get; }

    internal IDuplex ServerEnd { get; }

    /// <summary>Both ends are reset, and what is under way is lost.</summary>
    public void Cut()
    {
        _toServer.Cut();
        _toClient.Cut();
        _network.Forget(this);
    }

    /// <summary>As <see cref="Cut"/>.</summary>
    public void Dispose()
    {
        Cut();
        _toServer.Dispose();
        _toClient.Dispose();
    }

    private void Closed()
    {
        _network.Forget(this);
        if (Interlocked.Decrement(ref _openEnds) == 0)
        {
            Dispose();
        }
    }

    private sealed class End(MemoryConnection connection, MemoryPipe sends, MemoryPipe receives, bool toServer) : IDuplex
    {
        private int _disposed;

        public ValueTask<int> ReceiveAsync(Memory<byte> into)
        {
            ObjectDisposedException.ThrowIf(_disposed != 0, this);
            return receives.ReceiveAsync(into);
        }

        public ValueTask SendAsync(WireBuffer message)
        {
            ObjectDisposedException.ThrowIf(_disposed != 0, this);
            return sends.SendAsync(message, connection._network.DelayOf(connection, toServer, message.TotalBytes));
        }

        /// <summary>As a socket: in good order, but with a reset when something is left unread.</summary>
        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) != 0)
            {
                return;
            }

            sends.End(connection._network.DelayOf(connection, toServer, 0),
                receives.HasUnread ? SocketError.ConnectionReset : SocketError.Success);
            receives.Abandon(SocketError.ConnectionReset);
            connection.Closed();
        }
    }
}

using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Heliostat.Transport.Network;

/// <summary>A port of a <see cref="MemoryNetwork"/>.</summary>
internal sealed class MemoryListener(MemoryNetwork network, IPEndPoint endPoint) : INetworkListener
{
    private const int Backlog = 512;

    private readonly Channel<MemoryConnection> _waiting = Channel.CreateBounded<MemoryConnection>(Backlog);

    public IPEndPoint EndPoint { get; } = endPoint;

    /// <summary>Puts a connection in line; false when the port was given back or the line is full.</summary>
    public bool TryConnect(MemoryConnection connection) => _waiting.Writer.TryWrite(connection);

    public async ValueTask<AcceptedPeer> AcceptAsync(CancellationToken ct)
    {
        try
        {
            var connection = await _waiting.Reader.ReadAsync(ct);
            return new AcceptedPeer(connection.ServerEnd, connection.Client);
        }
        catch (ChannelClosedException)
        {
            throw new SocketException((int)SocketError.OperationAborted);
        }
    }

    public void Dispose()
    {
        network.GiveBack(this);
        _waiting.Writer.TryComplete();
        while (_waiting.Reader.TryRead(out var connection))
        {
            connection.Cut();
        }
    }
}

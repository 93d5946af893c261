using System.Net;
using System.Net.Sockets;

namespace Heliostat.Transport.Network;

/// <summary>A port that was taken. Disposing gives it back; connections that nobody accepted are closed.</summary>
public interface INetworkListener : IDisposable
{
    /// <summary>The address and the port that was taken.</summary>
    IPEndPoint EndPoint { get; }

    /// <summary>The next connection.</summary>
    /// <exception cref="SocketException">The one at hand is gone again (reset, aborted), or there is no room for more now.</exception>
    ValueTask<AcceptedPeer> AcceptAsync(CancellationToken ct);
}

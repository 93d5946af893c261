using System.Net;
using System.Net.Sockets;

namespace Heliostat.Transport.Network;

/// <summary>Where connections come from: the sockets of this machine, or a network in memory. Names are resolved behind it.</summary>
public interface INetwork
{
    /// <summary>Connects to the first address of the name that accepts.</summary>
    /// <exception cref="SocketException">The name has no address, or none accepts.</exception>
    ValueTask<IDuplex> DialAsync(DnsEndPoint endpoint, SocketBuffers buffers, CancellationToken ct);

    /// <summary>Takes a port, so that others may connect from now on; port 0 takes a free one.</summary>
    /// <exception cref="SocketException">The address is taken or not ours.</exception>
    INetworkListener Listen(IPEndPoint address);
}

using System.Net;
using System.Net.Sockets;

namespace Heliostat.Transport.Network;

/// <summary>TCP sockets, and names as the system resolves them.</summary>
public sealed class SocketNetwork : INetwork
{
    public static readonly SocketNetwork Shared = new();

    private SocketNetwork()
    {
    }

    /// <inheritdoc/>
    public async ValueTask<IDuplex> DialAsync(DnsEndPoint endpoint, SocketBuffers buffers, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        var addresses = IPAddress.TryParse(endpoint.Host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(endpoint.Host, ct);
        SocketException? last = null;
        foreach (var address in addresses)
        {
            try
            {
                return await SocketDuplex.ConnectAsync(new IPEndPoint(address, endpoint.Port), buffers, ct);
            }
            catch (SocketException e)
            {
                last = e;
            }
        }

        throw last ?? new SocketException((int)SocketError.HostNotFound);
    }

    /// <inheritdoc/>
    public INetworkListener Listen(IPEndPoint address) => new SocketListener(address);
}

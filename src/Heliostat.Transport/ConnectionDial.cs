using System.Net;
using System.Net.Sockets;

namespace Heliostat.Transport;

/// <summary>Finds the addresses of an endpoint and connects to the first that accepts.</summary>
internal static class ConnectionDial
{
    public static async ValueTask<SocketDuplex> ConnectAsync(DnsEndPoint endpoint, ConnectionOptions options, TimeProvider time, CancellationToken ct)
    {
        using var timeout = new CancellationTokenSource(options.ConnectTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, timeout.Token);
        try
        {
            return await ConnectAnyAsync(endpoint, options, either.Token);
        }
        catch (SocketException e)
        {
            throw Unreachable(endpoint, options, Describe(e), e);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw Unreachable(endpoint, options, $"no answer within {options.ConnectTimeout.TotalSeconds:0.###} s", e);
        }
    }

    private static async ValueTask<SocketDuplex> ConnectAnyAsync(DnsEndPoint endpoint, ConnectionOptions options, CancellationToken ct)
    {
        var addresses = IPAddress.TryParse(endpoint.Host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(endpoint.Host, ct);
        SocketException? last = null;
        foreach (var address in addresses)
        {
            try
            {
                return await SocketDuplex.ConnectAsync(new IPEndPoint(address, endpoint.Port), options, ct);
            }
            catch (SocketException e)
            {
                last = e;
            }
        }

        throw last ?? new SocketException((int)SocketError.HostNotFound);
    }

    private static KafkaConnectionException Unreachable(DnsEndPoint endpoint, ConnectionOptions options, string cause, Exception inner) =>
        new($"{Peer.Prefix(options)}cannot reach {Peer.Name(endpoint)}: {cause}", endpoint, ConnectionFailure.Unreachable, inner);

    private static string Describe(SocketException e) => e.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "connection refused",
        SocketError.HostNotFound or SocketError.NoData => "no such host",
        SocketError.TryAgain => "the name cannot be resolved now",
        SocketError.HostUnreachable => "no route to host",
        SocketError.NetworkUnreachable => "network unreachable",
        SocketError.TimedOut => "connection timed out",
        _ => e.Message,
    };
}

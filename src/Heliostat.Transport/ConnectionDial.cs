using System.Net;
using System.Net.Sockets;
using Heliostat.Transport.Network;

namespace Heliostat.Transport;

/// <summary>Connects to an endpoint and lays over its bytes what the options ask for, all within the connect timeout.</summary>
public static class ConnectionDial
{
    /// <exception cref="KafkaConnectionException">No address of the name accepts in time, or the layer was not agreed upon.</exception>
    public static async ValueTask<IDuplex> ConnectAsync(
        INetwork network, DnsEndPoint endpoint, ConnectionOptions options, TimeProvider time, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(options);
        using var timeout = new CancellationTokenSource(options.ConnectTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, timeout.Token);
        try
        {
            var duplex = await network.DialAsync(endpoint, options.Buffers, either.Token);
            return options.Layer is { } layer ? await layer.LayOverAsync(duplex, endpoint, either.Token) : duplex;
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

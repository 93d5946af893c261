using System.Net;
using Heliostat.Client.Connections.Handshake;
using Heliostat.Protocol.Messages;
using Heliostat.Transport;

namespace Heliostat.Client.Connections;

/// <summary>Makes connections to the nodes of a cluster: dials, then takes the steps of the handshake in order.</summary>
internal sealed class BrokerDial(ClientOptions options, TimeProvider time)
{
    private readonly IHandshakeStep[] _steps = [new ApiVersionsStep(options, Api.ApiVersions.MaxVersion)];

    private readonly ConnectionOptions _transport = new()
    {
        Cluster = options.Cluster,
        ConnectTimeout = options.ConnectTimeout,
        SendBufferBytes = options.SendBufferBytes,
        ReceiveBufferBytes = options.ReceiveBufferBytes,
        IdleTimeout = options.ConnectionsMaxIdle,
    };

    /// <summary>One attempt; throws <see cref="KafkaConnectionException"/> or <see cref="KafkaErrorException"/>.</summary>
    public async ValueTask<BrokerConnection> OpenAsync(int nodeId, DnsEndPoint endpoint, FramePool pool, CancellationToken ct)
    {
        var duplex = await ConnectionDial.ConnectAsync(options.Network, endpoint, _transport, time, ct);
        var framed = FramedConnection.Open(endpoint, duplex, _transport, pool, time);
        var connection = new BrokerConnection(nodeId, framed, options, time);
        try
        {
            foreach (var step in _steps)
            {
                await step.RunAsync(connection, ct);
            }

            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}

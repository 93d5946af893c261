namespace Heliostat.Client.Connections.Handshake;

/// <summary>One thing to be agreed upon with a broker, over frames, before a connection is given to anybody.</summary>
internal interface IHandshakeStep
{
    /// <summary>Does it. What it throws closes the connection.</summary>
    ValueTask RunAsync(BrokerConnection connection, CancellationToken ct);
}

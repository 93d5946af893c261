using System.Net;
using Heliostat.Protocol;

namespace Heliostat.Transport;

/// <summary>The network, the peer's protocol or the peer's silence: what was asked may or may not have been done.</summary>
public sealed class KafkaConnectionException(string message, DnsEndPoint? endpoint, ConnectionFailure failure, Exception? inner = null)
    : KafkaException(message, inner)
{
    /// <summary>The peer, when one is concerned.</summary>
    public DnsEndPoint? Endpoint { get; } = endpoint;

    public ConnectionFailure Failure { get; } = failure;
}

using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Heliostat.Transport.Security;

/// <summary>How a port speaks TLS.</summary>
public sealed record TlsServerOptions
{
    /// <summary>The port's certificate with its key.</summary>
    public required X509Certificate2 Certificate { get; init; }

    /// <summary>What is sent with it, up to the root.</summary>
    public X509Certificate2Collection Chain { get; init; } = [];

    /// <summary>Who may have issued the certificates of clients; empty trusts none.</summary>
    public X509Certificate2Collection ClientTrust { get; init; } = [];

    /// <summary>Kafka's <c>ssl.client.auth</c>.</summary>
    public TlsClientAuth ClientAuth { get; init; }

    /// <summary><c>ssl.enabled.protocols</c>.</summary>
    public SslProtocols Protocols { get; init; } = SslProtocols.Tls12 | SslProtocols.Tls13;
}

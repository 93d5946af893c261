using Heliostat.Transport.Security;

namespace Heliostat.Client;

/// <summary>How a client proves who it is, and how brokers do: <c>security.protocol</c> and what belongs to it.</summary>
public sealed record SecurityOptions
{
    /// <summary>Neither TLS nor a login.</summary>
    public static readonly SecurityOptions Plaintext = new();

    /// <summary>TLS below all else (<c>SSL</c>, <c>SASL_SSL</c>); null for none.</summary>
    public TlsOptions? Tls { get; init; }

    /// <summary>A login over the connection (<c>SASL_PLAINTEXT</c>, <c>SASL_SSL</c>); null for none.</summary>
    public SaslOptions? Sasl { get; init; }
}

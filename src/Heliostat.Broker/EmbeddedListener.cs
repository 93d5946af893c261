using Heliostat.Transport.Security;

namespace Heliostat.Broker;

/// <summary>A port of each broker of an <see cref="EmbeddedCluster"/>, and what it asks of clients.</summary>
/// <param name="Name">The listener's name, as in Kafka's <c>listeners</c>.</param>
public sealed record EmbeddedListener(string Name)
{
    /// <summary>The port of broker 0, and the ports after it those of the others; 0 takes free ones.</summary>
    public int FirstPort { get; init; }

    /// <summary>
    /// TLS below all else (<c>SSL</c>, <c>SASL_SSL</c>); null for none. A certificate that a client shows is its principal where there is
    /// no login.
    /// </summary>
    public TlsServerOptions? Tls { get; init; }

    /// <summary>The mechanisms that clients may log in with (<c>sasl.enabled.mechanisms</c>); empty: clients do not log in.</summary>
    public IReadOnlyList<string> SaslMechanisms { get; init; } = [];

    /// <summary>Kafka's name for what it is.</summary>
    public string Protocol => (SaslMechanisms.Count > 0, Tls is not null) switch
    {
        (false, false) => "PLAINTEXT",
        (false, true) => "SSL",
        (true, false) => "SASL_PLAINTEXT",
        (true, true) => "SASL_SSL",
    };
}

using System.Net.Security;
using System.Security.Authentication;
using Heliostat.Transport.Security.Stores;

namespace Heliostat.Transport.Security;

/// <summary>How to speak TLS with brokers: Kafka's <c>ssl.*</c> of a client.</summary>
public sealed record TlsOptions
{
    /// <summary><c>ssl.truststore.*</c>: the only certificates that are trusted. Nothing named: those that the system trusts.</summary>
    public TrustStoreOptions Trust { get; init; } = new();

    /// <summary><c>ssl.keystore.*</c>: the certificate that is shown to a broker that asks for one. Nothing named: none.</summary>
    public KeyStoreOptions Key { get; init; } = new();

    /// <summary><c>ssl.enabled.protocols</c>, bounded by <c>ssl.protocol</c>.</summary>
    public SslProtocols Protocols { get; init; } = SslProtocols.Tls12 | SslProtocols.Tls13;

    /// <summary><c>ssl.cipher.suites</c>; empty leaves them to the system.</summary>
    public IReadOnlyList<TlsCipherSuite> CipherSuites { get; init; } = [];

    /// <summary>
    /// <c>ssl.endpoint.identification.algorithm</c>: <c>https</c> checks that the certificate is for the name that was dialled, empty does
    /// not.
    /// </summary>
    public bool ChecksHostName { get; init; } = true;

    /// <summary>Suites count by what they are and their order.</summary>
    public bool Equals(TlsOptions? other) =>
        other is not null && Trust == other.Trust && Key == other.Key && Protocols == other.Protocols
            && ChecksHostName == other.ChecksHostName
        && CipherSuites.SequenceEqual(other.CipherSuites);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Trust, Key, Protocols, ChecksHostName, CipherSuites.Count);
}

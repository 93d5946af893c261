namespace Heliostat.Transport.Security;

/// <summary>Whether clients show a certificate: Kafka's <c>ssl.client.auth</c>.</summary>
public enum TlsClientAuth
{
    None,

    /// <summary>Those that have one; a bad one is refused.</summary>
    Requested,
    Required,
}

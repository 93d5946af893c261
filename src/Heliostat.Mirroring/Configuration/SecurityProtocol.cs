namespace Heliostat.Mirroring.Configuration;

/// <summary>Kafka's <c>security.protocol</c>.</summary>
public enum SecurityProtocol
{
    Plaintext,
    Ssl,
    SaslPlaintext,
    SaslSsl,
}

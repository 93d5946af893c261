using Heliostat.Transport.Security.Stores;

namespace Heliostat.Transport.Security;

/// <summary>What a failure of TLS means, in words, with what to do.</summary>
internal sealed class TlsFailures(KeyStore? own)
{
    private static readonly string[] ClientCertificateAlerts =
        ["bad certificate", "certificate required", "unknown ca", "certificate unknown", "certificate expired", "certificate revoked", "unsupported certificate"];

    /// <summary>Of a handshake. <paramref name="first"/> is what the peer sent first, if anything.</summary>
    public string OfHandshake(Exception failure, ReadOnlySpan<byte> first, string? certificateProblem)
    {
        if (certificateProblem is not null)
        {
            return certificateProblem;
        }

        if (first.IsEmpty)
        {
            return "the peer ended the connection at our first message: the port does not speak TLS, and security.protocol there is probably PLAINTEXT or SASL_PLAINTEXT";
        }

        if (ForeignProtocol.IsNotTls(first))
        {
            return $"the port does not speak TLS: {ForeignProtocol.Describe(first)}";
        }

        var text = Text(failure);
        if (text.Contains("protocol version", StringComparison.Ordinal) || text.Contains("unsupported protocol", StringComparison.Ordinal))
        {
            return "no TLS version in common (protocol_version): see ssl.enabled.protocols and ssl.protocol";
        }

        if (Alert(text) is { } alert)
        {
            return ClientCertificate(alert);
        }

        if (text.Contains("frame size", StringComparison.Ordinal) || text.Contains("unexpected message", StringComparison.Ordinal))
        {
            return $"the broker broke the handshake off with bytes that are not TLS, as Kafka 0.9 does where it does not like a client: perhaps {NoOrBadCertificate()}";
        }

        return text.Contains("handshake failure", StringComparison.Ordinal)
            ? $"the broker refuses the handshake (handshake_failure): no cipher suite in common (ssl.cipher.suites), or {NoOrBadCertificate()}"
            : text;
    }

    /// <summary>Of an end that came after the handshake and before the first answer: brokers look at our certificate late (TLS 1.3).</summary>
    public string BehindFirstEnd(Exception? failure) => Alert(failure is null ? "" : Text(failure)) is { } alert
        ? ClientCertificate(alert)
        : $"it ended the connection right after the TLS handshake: perhaps {NoOrBadCertificate()}";

    private string ClientCertificate(string alert) => own is null
        ? $"the broker wants a client certificate ({alert}), and ssl.keystore.location is not set"
        : $"the broker does not accept our certificate {own.Certificate.Subject} (issuer {own.Certificate.Issuer}) from {own.Source} ({alert})";

    private string NoOrBadCertificate() => own is null
        ? "it requires a client certificate (ssl.keystore.location is not set)"
        : $"it does not trust our certificate {own.Certificate.Subject} (issuer {own.Certificate.Issuer}) from {own.Source}";

    private static string? Alert(string text) => ClientCertificateAlerts.FirstOrDefault(alert => text.Contains("alert " + alert, StringComparison.Ordinal));

    private static string Text(Exception failure) =>
        failure.InnerException is { } inner ? $"{failure.Message} {Text(inner)}" : failure.Message;
}

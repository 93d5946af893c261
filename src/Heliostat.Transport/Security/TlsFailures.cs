using Heliostat.Transport.Security.Stores;

namespace Heliostat.Transport.Security;

/// <summary>What a failure of TLS means, in words, with what to do.</summary>
internal sealed class TlsFailures(KeyStore? own)
{
    /// <summary>The one among these that OpenSSL does not call an alert.</summary>
    private const string UnknownName = "unrecognized name";

    private static readonly string[] OfClientCertificate =
    [
        "bad certificate", "certificate required", "unknown ca", "certificate unknown", "certificate expired", "certificate revoked",
        "unsupported certificate", "access denied",
    ];

    /// <summary>Of a handshake. <paramref name="first"/> is what the peer sent first, if anything.</summary>
    public string OfHandshake(Exception failure, ReadOnlySpan<byte> first, string? certificateProblem)
    {
        if (certificateProblem is not null)
        {
            return certificateProblem;
        }

        if (first.IsEmpty)
        {
            return "the peer ended the connection at our first message: the port does not speak TLS, "
                + "and security.protocol there is probably PLAINTEXT or SASL_PLAINTEXT";
        }

        if (ForeignProtocol.IsNotTls(first))
        {
            return $"the port does not speak TLS: {ForeignProtocol.Describe(first)}";
        }

        var text = Text(failure);
        if (Has(text, "protocol version") || Has(text, "unsupported protocol"))
        {
            return "no TLS version in common (protocol_version): see ssl.enabled.protocols and ssl.protocol";
        }

        if (Has(text, "frame size"))
        {
            return "the broker broke the handshake off with bytes that are not TLS, as Kafka 0.9 does where it does not like a client: "
                + $"perhaps {NoOrBadCertificate()}";
        }

        return Alert(text) is { } alert ? OfAlert(alert) : text;
    }

    /// <summary>Of an end after the handshake and before the first answer: brokers look at our certificate late (TLS 1.3).</summary>
    public string BehindFirstEnd(Exception? failure) => failure is not null && Alert(Text(failure)) is { } alert
        ? OfAlert(alert)
        : $"it ended the connection right after the TLS handshake: perhaps {NoOrBadCertificate()}";

    private string OfAlert(string alert) => alert switch
    {
        "handshake failure" =>
            "the broker refuses the handshake (handshake_failure): no cipher suite in common (ssl.cipher.suites), or "
            + NoOrBadCertificate(),
        "insufficient security" =>
            "no cipher suite in common that the broker takes for safe (insufficient_security): "
            + "see ssl.cipher.suites and ssl.enabled.protocols",
        UnknownName =>
            "the broker, or what stands before it, does not know the name that it was dialled by (unrecognized_name): "
            + "see bootstrap.servers, and what brokers advertise",
        _ when OfClientCertificate.Contains(alert, StringComparer.Ordinal) => ClientCertificate(alert),
        _ => $"the broker broke the handshake off ({alert.Replace(' ', '_')}); its own log says why",
    };

    private string ClientCertificate(string alert) => own is null
        ? $"the broker wants a client certificate ({alert}), and ssl.keystore.location is not set"
        : $"the broker does not accept our certificate {Shown(own)} ({alert})";

    private string NoOrBadCertificate() => own is null
        ? "it requires a client certificate (ssl.keystore.location is not set)"
        : $"it does not trust our certificate {Shown(own)}";

    private static string Shown(KeyStore key) => $"{key.Certificate.Subject} (issuer {key.Certificate.Issuer}) from {key.Source}";

    private static bool Has(string text, string part) => text.Contains(part, StringComparison.Ordinal);

    /// <summary>What the peer sent as its reason, as OpenSSL names it behind all else that it says; null when it sent none.</summary>
    private static string? Alert(string text)
    {
        const string Before = "alert ";
        var at = text.LastIndexOf(Before, StringComparison.Ordinal);
        return at >= 0 ? text[(at + Before.Length)..].TrimEnd('.', '\n', ' ') : Has(text, UnknownName) ? UnknownName : null;
    }

    private static string Text(Exception failure) =>
        failure.InnerException is { } inner ? $"{failure.Message} {Text(inner)}" : failure.Message;
}

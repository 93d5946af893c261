using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Heliostat.Transport.Security;

/// <summary>
/// Whether a certificate is trusted, as Java decides: any certificate of the trust store is an anchor, a leaf or an intermediate too. Says
/// why not, in words.
/// </summary>
/// <param name="anchors">All that is trusted; null for what the system trusts.</param>
/// <param name="source">Where the anchors are from.</param>
/// <param name="name">The name that the certificate must be for; null for any.</param>
/// <param name="now">This machine's clock.</param>
public sealed class TrustCheck(X509Certificate2Collection? anchors, string source, string? name, DateTimeOffset now)
{
    private const int MostNamed = 3;

    private const X509ChainStatusFlags OnlyWithoutAnchor =
        X509ChainStatusFlags.NoError | X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.UntrustedRoot;

    /// <summary>Why the certificate was refused; null when it was not.</summary>
    public string? Problem { get; private set; }

    /// <summary>How chains are built for this check.</summary>
    public static X509ChainPolicy Policy(X509Certificate2Collection? anchors)
    {
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        if (anchors is not null)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(anchors);
            policy.ExtraStore.AddRange(anchors);
        }

        return policy;
    }

    /// <summary>For <see cref="SslStream"/>.</summary>
    public bool Accept(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        Problem = certificate is not X509Certificate2 leaf || chain is null
            ? "the peer shows no certificate"
            : ChainProblem(leaf, chain, errors) ?? NameProblem(leaf, errors);
        return Problem is null;
    }

    private string? ChainProblem(X509Certificate2 leaf, X509Chain chain, SslPolicyErrors errors)
    {
        if (!errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
        {
            return null;
        }

        foreach (var element in chain.ChainElements)
        {
            if (DateProblem(element.Certificate) is { } date)
            {
                return date;
            }

            var status = element.ChainElementStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status);
            if ((status & ~OnlyWithoutAnchor) != 0)
            {
                return $"the certificate {Describe(element.Certificate)} cannot be used: {status & ~OnlyWithoutAnchor}";
            }

            if (anchors?.Any(anchor => anchor.RawDataMemory.Span.SequenceEqual(element.Certificate.RawDataMemory.Span)) == true)
            {
                return null;
            }
        }

        return NotTrusted(leaf, chain);
    }

    private string NotTrusted(X509Certificate2 leaf, X509Chain chain)
    {
        var last = chain.ChainElements[^1].Certificate;
        var isWhole = last.SubjectName.RawData.AsSpan().SequenceEqual(last.IssuerName.RawData);
        var where = anchors is null
            ? "the certificates that this system trusts (ssl.truststore.location is not set)"
            : $"{source}, which holds {anchors.Count} certificate{(anchors.Count == 1 ? "" : "s")} ({Subjects(anchors)})";
        return isWhole || chain.ChainElements.Count > 1
            ? $"the certificate {Describe(leaf)} is not trusted by {where}"
            : $"the certificate {Describe(leaf)} is not trusted by {where}; perhaps the broker does not send its intermediate certificate "
                + $"{leaf.Issuer}";
    }

    private string? DateProblem(X509Certificate2 certificate)
    {
        var clock = $"this machine's clock says {Date(now)}";
        return now > certificate.NotAfter ? $"the certificate {Describe(certificate)} expired on {Date(certificate.NotAfter)}; {clock}"
            : now < certificate.NotBefore ? $"the certificate {Describe(certificate)} is valid from {Date(certificate.NotBefore)}; {clock}"
            : null;
    }

    private string? NameProblem(X509Certificate2 leaf, SslPolicyErrors errors) =>
        name is not null && errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
            ? $"the certificate is for {Names(leaf)}, not for {name} (No subject alternative names matching); add the name to it, or set "
                + "ssl.endpoint.identification.algorithm= to skip the check"
            : null;

    private static string Names(X509Certificate2 leaf)
    {
        var alternatives = leaf.Extensions.OfType<X509SubjectAlternativeNameExtension>().ToList();
        string[] names = [.. alternatives.SelectMany(names => names
            .EnumerateDnsNames().Concat(names.EnumerateIPAddresses().Select(address => address.ToString())))];
        return names.Length > 0 ? string.Join(", ", names) : leaf.Subject;
    }

    private static string Describe(X509Certificate2 certificate) =>
        $"{certificate.Subject} (issuer {certificate.Issuer}, SHA-256 {certificate.GetCertHashString(HashAlgorithmName.SHA256)})";

    private static string Subjects(X509Certificate2Collection certificates) =>
        string.Join("; ", certificates.Take(MostNamed).Select(certificate => certificate.Subject))
            + (certificates.Count > MostNamed ? "; ..." : "");

    private static string Date(DateTimeOffset date) => date.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}

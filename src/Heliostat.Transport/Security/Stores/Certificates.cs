using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Heliostat.Transport.Security.Stores;

/// <summary>Certificates out of their bytes, and what should be said about their dates.</summary>
internal static class Certificates
{
    private const int MostNamed = 3;

    /// <summary>A certificate that ends sooner than this is worth a warning.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromDays(30);

    public static X509Certificate2 Load(byte[] der, string source, string key)
    {
        try
        {
            return X509CertificateLoader.LoadCertificate(FirstValue(der));
        }
        catch (CryptographicException damaged)
        {
            throw new StoreException(key, $"a certificate of {source} is damaged", damaged);
        }
    }

    public static X509Certificate2Collection FromPem(IReadOnlyList<PemEntry> entries, string source, string key)
    {
        X509Certificate2Collection certificates = [.. entries
            .Where(entry => entry.IsCertificate).Select(entry => Load(entry.Bytes, source, key))];
        return certificates.Count > 0 ? certificates : throw new StoreException(key, $"{source} holds no certificate");
    }

    /// <summary>One line about those that are over and one about those that soon will be.</summary>
    public static List<string> Warnings(IEnumerable<X509Certificate2> certificates, string source, DateTimeOffset now)
    {
        List<string> warnings = [];
        Add(certificates.Where(certificate => certificate.NotBefore.ToUniversalTime() > now), "not valid yet",
            certificate => $"from {Date(certificate.NotBefore)}");
        Add(certificates.Where(certificate => certificate.NotAfter.ToUniversalTime() <= now), "expired",
            certificate => $"since {Date(certificate.NotAfter)}");
        Add(
            certificates.Where(certificate => certificate.NotAfter.ToUniversalTime() > now
                && certificate.NotAfter.ToUniversalTime() < now + Soon),
            "about to expire",
            certificate => $"on {Date(certificate.NotAfter)}");
        return warnings;

        void Add(IEnumerable<X509Certificate2> concerned, string what, Func<X509Certificate2, string> when)
        {
            X509Certificate2[] all = [.. concerned];
            if (all.Length > 0)
            {
                var named = string.Join(", ", all.Take(MostNamed).Select(certificate => $"{certificate.Subject} {when(certificate)}"));
                warnings.Add($"{source}: {what}: {named}{(all.Length > MostNamed ? $" and {all.Length - MostNamed} more" : "")}");
            }
        }
    }

    private static string Date(DateTime date) =>
        date.ToUniversalTime().ToString("yyyy-MM-dd HH:mm'Z'", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>A TRUSTED CERTIFICATE of OpenSSL has more behind the certificate itself.</summary>
    private static ReadOnlySpan<byte> FirstValue(ReadOnlySpan<byte> der)
    {
        try
        {
            AsnDecoder.ReadSequence(der, AsnEncodingRules.BER, out _, out _, out var length);
            return der[..length];
        }
        catch (AsnContentException)
        {
            return der;
        }
    }
}

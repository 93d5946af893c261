using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Heliostat.Testing.Certificates;

/// <summary>A certificate authority of a test's own, with its root or as an intermediate of another.</summary>
public sealed class TestAuthority : IDisposable
{
    private static int _serial;

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private TestAuthority(string name, TestAuthority? issuer)
    {
        var request = new CertificateRequest($"CN={name}", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        Certificate = issuer is null
            ? request.CreateSelfSigned(Now.AddYears(-1), Now.AddYears(10))
            : issuer.Sign(request, Now.AddYears(-1), Now.AddYears(9));
    }

    public X509Certificate2 Certificate { get; }

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public static TestAuthority Root(string name = "Test Root") => new(name, issuer: null);

    public TestAuthority Intermediate(string name = "Test Intermediate") => new(name, this);

    /// <summary>
    /// A certificate with its key for names and addresses; valid for <paramref name="days"/> from now, or until so many days ago.
    /// </summary>
    public X509Certificate2 Issue(string subject, string[]? names = null, double days = 30, double from = -60)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names ?? ["localhost", "127.0.0.1"])
        {
            if (IPAddress.TryParse(name, out var address))
            {
                alternatives.AddIpAddress(address);
            }
            else
            {
                alternatives.AddDnsName(name);
            }
        }

        request.CertificateExtensions.Add(alternatives.Build());
        using var certificate = Sign(request, Now.AddDays(from), Now.AddDays(days));
        return certificate.CopyWithPrivateKey(key);
    }

    public void Dispose()
    {
        _key.Dispose();
        Certificate.Dispose();
    }

    /// <summary>PEM of a certificate, its key and those that follow it, as a key store holds them.</summary>
    public static string KeyPem(X509Certificate2 certificate, params X509Certificate2[] chain)
    {
        using var key = certificate.GetECDsaPrivateKey()!;
        return string.Join('\n',
            [key.ExportPkcs8PrivateKeyPem(), certificate.ExportCertificatePem(), .. chain.Select(c => c.ExportCertificatePem())]);
    }

    private X509Certificate2 Sign(CertificateRequest request, DateTimeOffset from, DateTimeOffset until)
    {
        var serial = BitConverter.GetBytes(Interlocked.Increment(ref _serial));
        return Certificate is null
            ? throw new InvalidOperationException()
            : request.Create(Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(_key), from, until, serial);
    }
}

using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Heliostat.Api;

/// <summary>
/// The certificate by which the API is served over TLS, with those above it, from PEM files. Read again when one of them has changed; files
/// that do not belong together leave what was there. Thread-safe.
/// </summary>
internal sealed class ServedCertificate : IDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly string _certificate;
    private readonly string? _key;
    private readonly TimeProvider _time;
    private SslStreamCertificateContext _now;
    private (DateTime, DateTime) _written;
    private long _lookedAt;

    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="CryptographicException">It is no certificate with its key.</exception>
    public ServedCertificate(string certificate, string? key, TimeProvider time)
    {
        (_certificate, _key, _time) = (certificate, key, time);
        _written = Written();
        _now = Read();
        _lookedAt = time.GetTimestamp();
    }

    /// <summary>As the files have it now.</summary>
    public SslStreamCertificateContext Now()
    {
        lock (_gate)
        {
            if (_time.GetElapsedTime(_lookedAt) >= LookEvery)
            {
                _lookedAt = _time.GetTimestamp();
                try
                {
                    if (Written() is var written && written != _written)
                    {
                        // The former one may still be in use by a handshake: it is left to the collector.
                        _now = Read();
                        _written = written;
                    }
                }
                catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException)
                {
                    // Half written, or gone: what was there stays until they are whole again.
                }
            }

            return _now;
        }
    }

    public void Dispose() => _now.TargetCertificate.Dispose();

    private (DateTime, DateTime) Written() =>
        (File.GetLastWriteTimeUtc(_certificate), _key is null ? default : File.GetLastWriteTimeUtc(_key));

    private SslStreamCertificateContext Read()
    {
        var certificate = X509Certificate2.CreateFromPemFile(_certificate, _key);
        X509Certificate2Collection above = [];
        above.ImportFromPemFile(_certificate);
        // Offline: what is sent is what the file has, and nothing is fetched for it.
        return SslStreamCertificateContext.Create(certificate, above, offline: true);
    }
}

using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Heliostat.Transport.Network;
using Heliostat.Transport.Security.Stores;

namespace Heliostat.Transport.Security;

/// <summary>The dialling side of TLS. Its stores are looked at for each connection, and read again when their files changed.</summary>
public sealed class TlsClientLayer : IDuplexLayer
{
    /// <summary>Takes an eighth off the CPU of a fetch over TLS against 64 KiB without waiting for more.</summary>
    private const int MostAheadBytes = 256 * 1024;

    private readonly TlsOptions _options;
    private readonly string _cluster;
    private readonly TimeProvider _time;
    private readonly Action<StoreReload>? _told;
    private readonly WatchedStore<TrustStore>? _trust;
    private readonly WatchedStore<KeyStore>? _key;
    private (KeyStore Store, SslStreamCertificateContext Context)? _shown;

    /// <summary>Reads the stores; throws <see cref="StoreException"/>.</summary>
    /// <param name="options">What to trust and what to show.</param>
    /// <param name="cluster">The name of the side, for messages.</param>
    /// <param name="time">The clock that certificates are measured by.</param>
    /// <param name="told">Hears of stores that were read again.</param>
    public TlsClientLayer(TlsOptions options, string cluster, TimeProvider time, Action<StoreReload>? told)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _cluster = cluster;
        _time = time;
        _told = told;
        _trust = options.Trust.IsNamed
            ? new WatchedStore<TrustStore>(() => TrustStore.Load(options.Trust, time), Files(options.Trust.Location), time)
            : null;
        _key = options.Key.IsNamed
            ? new WatchedStore<KeyStore>(() => KeyStore.Load(options.Key, time), Files(options.Key.Location), time)
            : null;
    }

    /// <inheritdoc/>
    public async ValueTask<IDuplex> LayOverAsync(IDuplex below, DnsEndPoint? dialled, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(below);
        ArgumentNullException.ThrowIfNull(dialled);
        Refresh();
        var key = _key?.Current;
        var failures = new TlsFailures(key);
        var trust = _trust?.Current;
        var check = new TrustCheck(trust?.Certificates, trust?.Source ?? "", _options.ChecksHostName ? dialled.Host : null,
            _time.GetUtcNow());
        var stream = new DuplexStream(below, MostAheadBytes);
        var ssl = new SslStream(stream, leaveInnerStreamOpen: false);
        try
        {
            using (ct.UnsafeRegister(static state => ((IDuplex)state!).Dispose(), below))
            {
                await ssl.AuthenticateAsClientAsync(Authentication(dialled.Host, trust, key, check), CancellationToken.None);
            }

            ct.ThrowIfCancellationRequested();
            return new TlsDuplex(ssl, stream, below, failures);
        }
        catch (Exception failure) when (failure is AuthenticationException or IOException or SocketException or ObjectDisposedException
            or OperationCanceledException)
        {
            below.Dispose();
            await ssl.DisposeAsync();
            ct.ThrowIfCancellationRequested();
            var prefix = _cluster.Length == 0 ? "" : _cluster + ": ";
            throw new KafkaConnectionException(
                $"{prefix}{Peer.Name(dialled)}: TLS failed: {failures.OfHandshake(failure, stream.First, check.Problem)}", dialled,
                ConnectionFailure.TlsFailed, failure);
        }
    }

    private static string[] Files(string? location) => string.IsNullOrEmpty(location) ? [] : [location];

    private void Refresh()
    {
        if (_trust?.Refresh() is { } trust)
        {
            _told?.Invoke(trust);
        }

        if (_key?.Refresh() is { } key)
        {
            _told?.Invoke(key);
        }
    }

    private SslClientAuthenticationOptions Authentication(string host, TrustStore? trust, KeyStore? key, TrustCheck check)
    {
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = host,
            EnabledSslProtocols = _options.Protocols,
            CertificateChainPolicy = TrustCheck.Policy(trust?.Certificates),
            RemoteCertificateValidationCallback = check.Accept,
            AllowRenegotiation = false,
            ClientCertificateContext = key is null ? null : Shown(key),
        };
        if (_options.CipherSuites.Count > 0 && (OperatingSystem.IsLinux() || OperatingSystem.IsMacOS()))
        {
            options.CipherSuitesPolicy = new CipherSuitesPolicy(_options.CipherSuites);
        }

        return options;
    }

    /// <summary>Made once for each content of the store: it holds the chain as it is sent.</summary>
    private SslStreamCertificateContext Shown(KeyStore key)
    {
        lock (_options)
        {
            if (_shown is not { } shown || shown.Store != key)
            {
                _shown = shown = (key, SslStreamCertificateContext.Create(key.Certificate, key.Chain, offline: true));
            }

            return shown.Context;
        }
    }
}

using Heliostat.Testing;
using Heliostat.Testing.Certificates;

namespace Heliostat.MirrorBenchmark;

/// <summary>
/// Which sides of a mirror speak TLS, and what that takes: an authority, and a certificate of brokers and of the relay's ends.
/// </summary>
internal sealed class TlsSides : IDisposable
{
    public const string Listener = "SSL";

    private readonly TestAuthority _root = TestAuthority.Root();

    public TlsSides(TemporaryFolder folder)
    {
        Trust = folder.File("trust.pem");
        BrokerKey = folder.File("broker.pem");
        using var broker = _root.Issue("CN=broker");
        File.WriteAllText(Trust, _root.Certificate.ExportCertificatePem());
        File.WriteAllText(BrokerKey, TestAuthority.KeyPem(broker, _root.Certificate));
    }

    public string Trust { get; }

    public string BrokerKey { get; }

    /// <summary>Brokers' settings of the listener.</summary>
    public IReadOnlyDictionary<string, string> BrokerProperties =>
        new Dictionary<string, string> { ["ssl.keystore.type"] = "PEM", ["ssl.keystore.location"] = BrokerKey };

    /// <summary>A client's lines where its side speaks TLS, each after <paramref name="prefix"/>; nothing elsewhere.</summary>
    public string Lines(bool isTls, string prefix = "") => isTls
        ? $"{prefix}security.protocol=SSL\n{prefix}ssl.truststore.type=PEM\n{prefix}ssl.truststore.location={Trust}"
        : "";

    public void Dispose() => _root.Dispose();
}

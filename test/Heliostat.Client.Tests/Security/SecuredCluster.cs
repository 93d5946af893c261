using System.Globalization;
using System.Net;
using Heliostat.Broker;
using Heliostat.Client.Authentication.OAuthBearer;
using Heliostat.Client.Authentication.OAuthBearer.Tokens;
using Heliostat.Client.Authentication.Plain;
using Heliostat.Client.Authentication.Scram;
using Heliostat.Client.Routing;
using Heliostat.Testing;
using Heliostat.Testing.Certificates;
using Heliostat.Transport;
using Heliostat.Transport.Network;
using Heliostat.Transport.Security;
using Heliostat.Transport.Security.Stores;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Client.Tests.Security;

/// <summary>An embedded cluster with a port of each kind, over a network in memory, where only alice may do anything.</summary>
internal sealed class SecuredCluster : IAsyncDisposable
{
    public const string Password = "alice's secret=,\u00e9";

    private static readonly string[] Mechanisms = ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"];

    private readonly TestAuthority _root = TestAuthority.Root();
    private readonly TemporaryFolder _folder = new("secured");
    private readonly string _key;

    private SecuredCluster(TimeProvider time)
    {
        Time = time;
        Network = new MemoryNetwork(time);
        Trust = _folder.File("trust.pem");
        _key = _folder.File("key.pem");
        File.WriteAllText(Trust, _root.Certificate.ExportCertificatePem());
        File.WriteAllText(_key, TestAuthority.KeyPem(_root.Issue("CN=alice,O=Heliostat")));
    }

    public TimeProvider Time { get; }

    public MemoryNetwork Network { get; }

    public string Trust { get; }

    public EmbeddedCluster Cluster { get; private set; } = null!;

    public static async Task<SecuredCluster> StartAsync(TimeProvider? time = null, TimeSpan maxReauth = default, int brokers = 1)
    {
        var secured = new SecuredCluster(time ?? TimeProvider.System);
        var tls = new TlsServerOptions { Certificate = secured._root.Issue("CN=broker"), ClientTrust = [secured._root.Certificate] };
        var options = new EmbeddedClusterOptions
        {
            BrokerCount = brokers,
            Network = secured.Network,
            Time = secured.Time,
            Random = new Random(1),
            Topics = [new EmbeddedTopic("orders", 1)],
            EnforceAcls = true,
            SuperUsers = ["User:alice", "User:CN=alice,O=Heliostat"],
            Users = new Dictionary<string, string> { ["alice"] = Password, ["bob"] = "bob's" },
            MaxReauth = maxReauth,
            Listeners =
            [
                new EmbeddedListener("PLAINTEXT"),
                new EmbeddedListener("SSL") { Tls = tls },
                new EmbeddedListener("MTLS") { Tls = tls with { ClientAuth = TlsClientAuth.Required } },
                new EmbeddedListener("SASL_PLAINTEXT") { SaslMechanisms = Mechanisms },
                new EmbeddedListener("SASL_SSL") { Tls = tls, SaslMechanisms = Mechanisms },
                new EmbeddedListener("SCRAM") { SaslMechanisms = ["SCRAM-SHA-512", "SCRAM-SHA-256"] },
            ],
        };
        secured.Cluster = await EmbeddedCluster.StartAsync(options, CancellationToken.None);
        return secured;
    }

    public static SaslOptions Sasl(string mechanism, string user = "alice", string password = Password) => mechanism switch
    {
        "PLAIN" => new PlainOptions { Username = user, Password = new Secret(password) },
        "SCRAM-SHA-256" => new ScramOptions { Hash = ScramHash.Sha256, Username = user, Password = new Secret(password) },
        "SCRAM-SHA-512" => new ScramOptions { Hash = ScramHash.Sha512, Username = user, Password = new Secret(password) },
        _ => new OAuthBearerOptions { Token = new UnsecuredTokenOptions { ClaimsJson = $$"""{"sub":"{{user}}"}""" } },
    };

    public TlsOptions Tls(bool withKey = false) => new()
    {
        Trust = new TrustStoreOptions { Location = Trust, Type = "PEM" },
        Key = withKey ? new KeyStoreOptions { Location = _key, Type = "PEM" } : new KeyStoreOptions(),
    };

    public ClientOptions Options(string listener, SecurityOptions security) => new()
    {
        Cluster = "source",
        BootstrapServers = [.. Cluster.BootstrapServersOf(listener).Split(',').Select(Endpoint)],
        Security = security,
        Network = Network,
        Random = new Random(1),
        RetryBackOff = TimeSpan.FromMilliseconds(10),
        CallTimeout = TimeSpan.FromSeconds(10),
    };

    public KafkaClient Client(string listener, SecurityOptions security) => Client(Options(listener, security));

    public KafkaClient Client(ClientOptions options) => new(options, new FramePool(64 << 20), Time, NullLoggerFactory.Instance);

    public async ValueTask DisposeAsync()
    {
        await Cluster.DisposeAsync();
        _folder.Dispose();
        _root.Dispose();
    }

    private static DnsEndPoint Endpoint(string server) =>
        new(server.Split(':')[0], int.Parse(server.Split(':')[1], CultureInfo.InvariantCulture));
}

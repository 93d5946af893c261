using Heliostat.Broker;
using Heliostat.Scenarios.RealKafka;
using Heliostat.Testing;
using Heliostat.Testing.Certificates;
using Heliostat.Testing.Embedded;
using Heliostat.Testing.Kerberos;
using Heliostat.Testing.RealKafka;
using Heliostat.Transport.Security;

namespace Heliostat.Scenarios.Secured;

/// <summary>
/// Two clusters with a port for each way to secure one, each under a certificate authority of its own; and the lines of a file that fit
/// each port.
/// </summary>
internal sealed class SecuredClusters : IAsyncDisposable
{
    /// <summary>What no output may show.</summary>
    public const string Password = "canary pass/word+1";

    private const string Security = "org.apache.kafka.common.security";

    private static readonly string[] Mechanisms = ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER", "AWS_MSK_IAM"];

    private readonly TemporaryFolder _folder = new("secured");
    private readonly Dictionary<string, TestAuthority> _roots = new()
    {
        ["source"] = TestAuthority.Root("Source Root"),
        ["target"] = TestAuthority.Root("Target Root")
    };
    private readonly Dictionary<string, Func<string, string>> _servers = [];

    private SecuredClusters()
    {
        foreach (var (side, root) in _roots)
        {
            File.WriteAllText(PathOf(side, "trust.pem"), root.Certificate.ExportCertificatePem());
            using var client = root.Issue("CN=mirror");
            File.WriteAllText(PathOf(side, "client.pem"), TestAuthority.KeyPem(client, root.Certificate));
            using var broker = root.Issue("CN=broker");
            File.WriteAllText(PathOf(side, "broker.pem"), TestAuthority.KeyPem(broker, root.Certificate));
        }
    }

    public ClusterPair Pair { get; private set; } = null!;

    /// <summary>Two embedded ones.</summary>
    /// <param name="ct">Gives up.</param>
    /// <param name="maxReauth">How long a login lasts at most; zero: as long as the connection.</param>
    /// <param name="authorized">Who has a name may only do what rules allow.</param>
    public static async Task<SecuredClusters> StartEmbeddedAsync(CancellationToken ct, TimeSpan maxReauth = default,
        bool authorized = false)
    {
        var secured = new SecuredClusters();
        var options = new EmbeddedClusterOptions { MaxReauth = maxReauth, EnforceAcls = authorized, SuperUsers = ["User:ANONYMOUS"] };
        var source = await secured.EmbeddedAsync("source", options, ct);
        var target = await secured.EmbeddedAsync("target", options, ct);
        secured.Pair = new ClusterPair(source, target);
        return secured;
    }

    /// <summary>Two of Apache Kafka's. A user of SCRAM has to be made.</summary>
    /// <param name="ct">Gives up.</param>
    /// <param name="maxReauth">How long a login lasts at most; zero: as long as the connection.</param>
    /// <param name="authorized">Who has a name may only do what rules allow.</param>
    /// <param name="realms">Where the ports of SASL_SSL take Kerberos, each side's in a realm of its own.</param>
    public static async Task<SecuredClusters> StartKafkaAsync(CancellationToken ct, TimeSpan maxReauth = default, bool authorized = false,
        TestRealms? realms = null)
    {
        var secured = new SecuredClusters();
        var properties = new Dictionary<string, string> { ["connections.max.reauth.ms"] = $"{maxReauth.TotalMilliseconds:0}" };
        if (authorized)
        {
            properties["authorizer.class.name"] = "org.apache.kafka.metadata.authorizer.StandardAuthorizer";
            properties["super.users"] = "User:ANONYMOUS";
        }

        var source = await secured.KafkaAsync("source", properties, realms, ct);
        secured.Pair = new ClusterPair(source, await secured.KafkaAsync("target", properties, realms, ct));
        return secured;
    }

    /// <summary>The realm of a side.</summary>
    public static string RealmOf(string side) => side == "source" ? "ONE.TEST" : "TWO.TEST";

    /// <summary>What a file says of one side: <c>SSL</c>, or a mechanism over TLS, or over nothing.</summary>
    public Dictionary<string, string> Lines(string side, string way, string password = Password)
    {
        var (protocol, mechanism) = way.Split(' ') is [var first, var second] ? (first, second) : (way, null);
        Dictionary<string, string> lines = new() { ["bootstrap.servers"] = Servers(side, protocol), ["security.protocol"] = protocol };
        if (protocol.EndsWith("SSL", StringComparison.Ordinal))
        {
            lines["ssl.truststore.type"] = "PEM";
            lines["ssl.truststore.location"] = PathOf(side, "trust.pem");
        }

        if (protocol == "SSL")
        {
            lines["ssl.keystore.type"] = "PEM";
            lines["ssl.keystore.location"] = PathOf(side, "client.pem");
        }

        if (mechanism is not null)
        {
            lines["sasl.mechanism"] = mechanism;
            lines["sasl.jaas.config"] = mechanism switch
            {
                "OAUTHBEARER" => $"{Security}.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub=\"mirror\";",
                "PLAIN" => $"{Security}.plain.PlainLoginModule required username=\"mirror\" password=\"{password}\";",
                _ => $"{Security}.scram.ScramLoginModule required username=\"mirror\" password=\"{password}\";",
            };
        }

        return lines;
    }

    public string Servers(string side, string protocol) => _servers[side](protocol);

    /// <summary>Who issues the certificates of a side.</summary>
    public TestAuthority AuthorityOf(string side) => _roots[side];

    /// <summary>A file of the test's own.</summary>
    public string PathOf(string side, string name) => _folder.File($"{side}-{name}");

    public async ValueTask DisposeAsync()
    {
        await Pair.DisposeAsync();
        _folder.Dispose();
        foreach (var root in _roots.Values)
        {
            root.Dispose();
        }
    }

    private async Task<EmbeddedTestCluster> EmbeddedAsync(string side, EmbeddedClusterOptions options, CancellationToken ct)
    {
        var root = _roots[side];
        using var intermediate = root.Intermediate($"{side} Intermediate");
        var tls = new TlsServerOptions { Certificate = root.Issue("CN=broker", ["127.0.0.1"]), ClientTrust = [root.Certificate] };
        var cluster = await EmbeddedTestCluster.StartAsync(
            1,
            null,
            options with
            {
                Users = new Dictionary<string, string> { ["mirror"] = Password, ["$ConnectionString"] = Password },
                Listeners =
                [
                    new EmbeddedListener("PLAINTEXT"),
                    new EmbeddedListener("SSL") { Tls = tls with { ClientAuth = TlsClientAuth.Required } },
                    new EmbeddedListener("SASL_PLAINTEXT") { SaslMechanisms = Mechanisms },
                    new EmbeddedListener("SASL_SSL") { Tls = tls, SaslMechanisms = Mechanisms },
                    new EmbeddedListener("EXPIRED") { Tls = tls with { Certificate = root.Issue("CN=broker", ["127.0.0.1"], days: -1) } },
                    new EmbeddedListener("EARLY") { Tls = tls with { Certificate = root.Issue("CN=broker", ["127.0.0.1"], from: 10) } },
                    new EmbeddedListener("LEAF") { Tls = tls with { Certificate = intermediate.Issue("CN=broker", ["127.0.0.1"]) } },
                    new EmbeddedListener("SCRAM") { SaslMechanisms = ["SCRAM-SHA-512"] },
                ],
            },
            ct);
        _servers[side] = cluster.Cluster.BootstrapServersOf;
        return cluster;
    }

    private async Task<KafkaCluster> KafkaAsync(string side, Dictionary<string, string> further, TestRealms? realms, CancellationToken ct)
    {
        var ports = new[] { "SSL", "SASL_PLAINTEXT", "SASL_SSL" }.ToDictionary(listener => listener, _ => FreePorts.Next());
        _servers[side] = protocol => $"127.0.0.1:{ports[protocol]}";
        var properties = new Dictionary<string, string>(further)
        {
            ["ssl.keystore.type"] = "PEM",
            ["ssl.keystore.location"] = PathOf(side, "broker.pem"),
            ["ssl.truststore.type"] = "PEM",
            ["ssl.truststore.location"] = PathOf(side, "trust.pem"),
            ["listener.name.ssl.ssl.client.auth"] = "required",
            ["sasl.enabled.mechanisms"] = "PLAIN,SCRAM-SHA-512,OAUTHBEARER",
        };
        foreach (var listener in new[] { "sasl_plaintext", "sasl_ssl" })
        {
            properties[$"listener.name.{listener}.plain.sasl.jaas.config"] =
                $"{Security}.plain.PlainLoginModule required user_mirror=\"{Password}\";";
            properties[$"listener.name.{listener}.scram-sha-512.sasl.jaas.config"] = $"{Security}.scram.ScramLoginModule required;";
            properties[$"listener.name.{listener}.oauthbearer.sasl.jaas.config"] =
                $"{Security}.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub=\"broker\";";
        }

        if (realms is not null)
        {
            properties["listener.name.sasl_ssl.sasl.enabled.mechanisms"] = "GSSAPI";
            properties["sasl.kerberos.service.name"] = "kafka";
            properties["listener.name.sasl_ssl.gssapi.sasl.jaas.config"] =
                "com.sun.security.auth.module.Krb5LoginModule required useKeyTab=true storeKey=true "
                    + $"keyTab=\"{realms.Keytab("kafka", RealmOf(side))}\" principal=\"kafka/127.0.0.1@{RealmOf(side)}\";";
        }

        var java = realms is null ? "" : $"-Djava.security.krb5.conf={realms.Config(RealmOf(side))}";
        return await KafkaCluster.StartAsync(new KafkaClusterOptions { Listeners = ports, Properties = properties, JavaOptions = java },
            ct);
    }
}

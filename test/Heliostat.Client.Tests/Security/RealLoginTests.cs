using System.Net;
using Heliostat.Client.Admin;
using Heliostat.Client.Connections;
using Heliostat.Client.Routing;
using Heliostat.Testing;
using Heliostat.Testing.Certificates;
using Heliostat.Testing.RealKafka;
using Heliostat.Transport;
using Heliostat.Transport.Security;
using Heliostat.Transport.Security.Stores;
using Microsoft.Extensions.Logging.Abstractions;

namespace Heliostat.Client.Tests.Security;

/// <summary>
/// The same logins on Apache Kafka: TLS with and without our certificate, PLAIN, unsecured OAUTHBEARER, sessions of seconds.
/// </summary>
public sealed class RealLoginTests
{
    private const string Jaas = "org.apache.kafka.common.security";

    [KafkaFact]
    public Task Kafka_lets_in_whom_it_should_and_nobody_else() => TryAsync(version: null);

    [KafkaFact("3.9.1")]
    public Task Kafka_3_9_lets_in_whom_it_should_and_nobody_else() => TryAsync("3.9.1");

    private static async Task TryAsync(string? version)
    {
        using var root = TestAuthority.Root();
        using var folder = new TemporaryFolder("real-login");
        var trust = folder.File("trust.pem");
        var brokerKey = folder.File("broker.pem");
        var clientKey = folder.File("client.pem");
        await File.WriteAllTextAsync(trust, root.Certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(brokerKey, TestAuthority.KeyPem(root.Issue("CN=broker"), root.Certificate));
        await File.WriteAllTextAsync(clientKey, TestAuthority.KeyPem(root.Issue("CN=client"), root.Certificate));
        var ports = new[] { "SSL", "SASL_PLAINTEXT", "SASL_SSL" }.ToDictionary(listener => listener, _ => FreePorts.Next());
        await using var kafka = await KafkaCluster.StartAsync(
            new KafkaClusterOptions { Version = version, Listeners = ports, Properties = Properties(trust, brokerKey) },
            CancellationToken.None);
        var tls = new TlsOptions { Trust = new TrustStoreOptions { Location = trust, Type = "PEM" } };
        var ours = tls with { Key = new KeyStoreOptions { Location = clientKey, Type = "PEM" } };
        var plain = SecuredCluster.Sasl("PLAIN", "alice", "secret");

        Assert.Null(await AskAsync(ports["SSL"], new SecurityOptions { Tls = ours }));
        Assert.Null(await AskAsync(ports["SASL_PLAINTEXT"], new SecurityOptions { Sasl = plain }));
        Assert.Null(await AskAsync(ports["SASL_PLAINTEXT"], new SecurityOptions { Sasl = SecuredCluster.Sasl("OAUTHBEARER") }));
        Assert.Null(await AskAsync(ports["SASL_SSL"], new SecurityOptions { Sasl = plain, Tls = tls },
            whileRenewed: TimeSpan.FromSeconds(12)));

        Assert.Contains("ssl.keystore.location is not set", await AskAsync(ports["SSL"], new SecurityOptions { Tls = tls }),
            StringComparison.Ordinal);
        Assert.Contains("speaks TLS", await AskAsync(ports["SSL"], SecurityOptions.Plaintext), StringComparison.Ordinal);
        Assert.Contains(
            "the port does not speak TLS", await AskAsync(ports["SASL_PLAINTEXT"], new SecurityOptions { Tls = tls }),
            StringComparison.Ordinal);
        Assert.EndsWith(
            "user 'alice' is refused with PLAIN: Authentication failed: Invalid username or password; check the username and password of "
                + "sasl.jaas.config",
            await AskAsync(ports["SASL_PLAINTEXT"], new SecurityOptions { Sasl = SecuredCluster.Sasl("PLAIN", "alice", "wrong") }),
            StringComparison.Ordinal);
        Assert.EndsWith(
            "the broker has OAUTHBEARER, PLAIN, and sasl.mechanism asks for SCRAM-SHA-256",
            await AskAsync(ports["SASL_PLAINTEXT"], new SecurityOptions { Sasl = SecuredCluster.Sasl("SCRAM-SHA-256") }),
            StringComparison.Ordinal);
    }

    private static Dictionary<string, string> Properties(string trust, string key)
    {
        var properties = new Dictionary<string, string>
        {
            ["ssl.keystore.type"] = "PEM",
            ["ssl.keystore.location"] = key,
            ["ssl.truststore.type"] = "PEM",
            ["ssl.truststore.location"] = trust,
            ["listener.name.ssl.ssl.client.auth"] = "required",
            ["sasl.enabled.mechanisms"] = "PLAIN,OAUTHBEARER",
            ["connections.max.reauth.ms"] = "4000",
        };
        foreach (var listener in new[] { "sasl_plaintext", "sasl_ssl" })
        {
            properties[$"listener.name.{listener}.plain.sasl.jaas.config"] =
                $"{Jaas}.plain.PlainLoginModule required user_alice=\"secret\";";
            properties[$"listener.name.{listener}.oauthbearer.sasl.jaas.config"] =
                $"{Jaas}.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub=\"broker\";";
        }

        return properties;
    }

    /// <summary>
    /// What went wrong; null when the cluster answered, all the while that sessions were renewed and over one connection.
    /// </summary>
    private static async Task<string?> AskAsync(int port, SecurityOptions security, TimeSpan whileRenewed = default)
    {
        var options = new ClientOptions
        {
            Cluster = "source",
            BootstrapServers = [new DnsEndPoint("127.0.0.1", port)],
            Security = security,
            CallTimeout = TimeSpan.Zero,
        };
        await using var client = new KafkaClient(options, new FramePool(1 << 20), TimeProvider.System, NullLoggerFactory.Instance);
        try
        {
            await client.Metadata.RefreshAsync(CancellationToken.None);
            var admin = new AdminClient(client, TimeProvider.System);
            var connection = await client.ConnectionAsync(-1, ConnectionPurpose.General, CancellationToken.None);
            for (var began = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(began) < whileRenewed;)
            {
                await admin.DescribeClusterAsync(CancellationToken.None);
                await client.Metadata.RefreshAsync(CancellationToken.None);
            }

            Assert.True(connection.IsOpen);
            return null;
        }
        catch (KafkaConnectionException failure)
        {
            return failure.Message;
        }
    }
}

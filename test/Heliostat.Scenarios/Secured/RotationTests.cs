using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Heliostat.Protocol.Messages;
using Heliostat.Scenarios.RealKafka;
using Heliostat.Scenarios.RealKafka.TopicSides;
using Heliostat.Testing;
using Heliostat.Testing.Certificates;
using Heliostat.Testing.RealKafka;
using Heliostat.Testing.Wire;

namespace Heliostat.Scenarios.Secured;

/// <summary>
/// Passwords and certificates change while a mirror runs, on one side first: it needs no restart, loses nothing and doubles nothing.
/// </summary>
public sealed class RotationTests
{
    private const string Secret = "canary new/word+3";
    private static readonly CancellationToken Ct = CancellationToken.None;
    private static readonly TimeSpan Session = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Within = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_password_that_the_broker_has_changed_is_read_from_where_it_stands()
    {
        await using var secured = await SecuredClusters.StartEmbeddedAsync(Ct, Session);
        await ChangeThePasswordAsync(secured);
    }

    [KafkaFact(Slow = true)]
    public async Task A_password_that_Kafka_has_changed_is_read_from_where_it_stands()
    {
        await using var secured = await SecuredClusters.StartKafkaAsync(Ct, Session);
        await AlterAsync(secured.Pair.Source.BootstrapServers, SecuredClusters.Password);
        await ChangeThePasswordAsync(secured);
    }

    [KafkaFact(Slow = true)]
    public async Task Certificates_and_authorities_are_renewed_on_both_sides_while_it_mirrors()
    {
        await using var secured = await SecuredClusters.StartKafkaAsync(Ct);
        await using var admin = new AdminSide(secured.Pair.Source, "source");
        var settings = new MirrorSettings
        {
            Consumer = secured.Lines("source", "SSL"),
            Producer = secured.Lines("target", "SASL_SSL PLAIN"),
            Options = ["--interval", "1h"]
        };
        var topic = ClusterPair.Name("t");
        await secured.Pair.Source.Client.CreateTopicAsync(topic, 1, null, Ct);
        await ProduceAsync(secured.Pair, topic, 0);
        await using var mirror = MirrorMaker.Start(secured.Pair, topic, settings);
        await secured.Pair.ArrivedAsync(mirror, topic, 100, Ct);

        // The broker's certificate, by the same authority: no connection is lost.
        var authority = secured.AuthorityOf("source");
        var said = mirror.Program.Errors;
        await ServeAsync(authority, "broker-renewed.pem");
        await ProduceAsync(secured.Pair, topic, 100);
        await secured.Pair.ArrivedAsync(mirror, topic, 200, Ct);
        Assert.Equal(said, mirror.Program.Errors);

        // Ours, and the authority of the broker's, which is trusted beside the old one before the broker has it.
        using var other = TestAuthority.Root("Other Root");
        using var client = authority.Issue("CN=mirror", days: 60);
        await File.WriteAllTextAsync(secured.PathOf("source", "trust.pem"),
            authority.Certificate.ExportCertificatePem() + "\n" + other.Certificate.ExportCertificatePem(), Ct);
        await File.WriteAllTextAsync(secured.PathOf("source", "client.pem"), TestAuthority.KeyPem(client, authority.Certificate), Ct);
        await ServeAsync(other, "broker-other.pem");
        await secured.Pair.Source.StopBrokerAsync(1, Ct);
        await secured.Pair.Source.StartBrokerAsync(1, Ct);
        await ProduceAsync(secured.Pair, topic, 200);
        await secured.Pair.ArrivedAsync(mirror, topic, 300, Ct);
        Assert.Contains($"source: read again: {secured.PathOf("source", "trust.pem")}; new connections use it", mirror.Program.Errors,
            StringComparison.Ordinal);
        Assert.Contains($"source: read again: {secured.PathOf("source", "client.pem")}; new connections use it", mirror.Program.Errors,
            StringComparison.Ordinal);

        await secured.Pair.CommittedAsync(mirror, topic, Ct);
        Assert.Equal(0, await mirror.StopAsync(Ct));
        await secured.Pair.SameAsync(topic, settings, Ct);

        async Task ServeAsync(TestAuthority issuer, string file)
        {
            using var issued = issuer.Issue("CN=broker", days: 60);
            await File.WriteAllTextAsync(secured.PathOf("source", file), TestAuthority.KeyPem(issued, issuer.Certificate), Ct);
            var resource = new IncrementalAlterConfigsAlterConfigsResource
            {
                ResourceType = ConfigResourceType.Broker,
                ResourceName = "1",
                Configs = [new IncrementalAlterConfigsAlterableConfig
                {
                    Name = "listener.name.ssl.ssl.keystore.location",
                    Value = secured.PathOf("source", file)
                }],
            };
            var altered = (await admin.Admin.IncrementalAlterConfigsAsync([resource], validateOnly: false, Ct))[0];
            Assert.True(altered.ErrorCode == ErrorCode.None, altered.ErrorMessage);
            await Eventually.ValueAsync("the certificate to be served", Within, _ => ServedAsync(secured.Servers("source", "SSL")),
                served => served == issued.SerialNumber, Ct);
        }
    }

    private static async Task ChangeThePasswordAsync(SecuredClusters secured)
    {
        var secrets = secured.PathOf("source", "secrets");
        await File.WriteAllTextAsync(secrets, $"password={SecuredClusters.Password}", Ct);
        var lines = secured.Lines("source", "SASL_SSL SCRAM-SHA-512", $"${{file:{secrets}:password}}");
        lines["config.providers"] = "file";
        lines["config.providers.file.class"] = "org.apache.kafka.common.config.provider.FileConfigProvider";
        var settings = new MirrorSettings { Consumer = lines, Producer = secured.Lines("target", "SASL_SSL PLAIN") };
        var topic = ClusterPair.Name("t");
        await secured.Pair.Source.Client.CreateTopicAsync(topic, 1, null, Ct);
        await ProduceAsync(secured.Pair, topic, 0);
        await using var mirror = MirrorMaker.Start(secured.Pair, topic, settings);
        await secured.Pair.ArrivedAsync(mirror, topic, 100, Ct);

        await AlterAsync(secured.Pair.Source.BootstrapServers, Secret);
        await SaysAsync(mirror, "user 'mirror' is refused");
        await ProduceAsync(secured.Pair, topic, 100);
        await File.WriteAllTextAsync(secrets, $"password={Secret}", Ct);
        await SaysAsync(mirror, "source: read again: what is shown to source; new connections use it");
        await ProduceAsync(secured.Pair, topic, 200);
        await secured.Pair.ArrivedAsync(mirror, topic, 300, Ct);

        Canaries.StayHidden(mirror.Program.Errors, Secret, SecuredClusters.Password);
        await secured.Pair.CommittedAsync(mirror, topic, Ct);
        Assert.Equal(0, await mirror.StopAsync(Ct));
        await secured.Pair.SameAsync(topic, settings, Ct);
    }

    [Fact]
    public async Task A_certificate_that_is_renewed_is_shown_to_the_next_broker()
    {
        await using var secured = await SecuredClusters.StartEmbeddedAsync(Ct);
        var settings = new MirrorSettings { Consumer = secured.Lines("source", "SSL"), Producer = secured.Lines("target", "SSL") };
        var topic = ClusterPair.Name("t");
        await secured.Pair.Source.Client.CreateTopicAsync(topic, 1, null, Ct);
        await ProduceAsync(secured.Pair, topic, 0);
        await using var mirror = MirrorMaker.Start(secured.Pair, topic, settings);
        await secured.Pair.ArrivedAsync(mirror, topic, 100, Ct);

        using var renewed = secured.AuthorityOf("source").Issue("CN=mirror", days: 60);
        await File.WriteAllTextAsync(secured.PathOf("source", "client.pem"),
            TestAuthority.KeyPem(renewed, secured.AuthorityOf("source").Certificate), Ct);
        await mirror.Program.RunsUntilAsync("the new certificate to be read for a new connection", Within, async ct =>
        {
            await secured.Pair.Source.StopBrokerAsync(1, ct);
            await secured.Pair.Source.StartBrokerAsync(1, ct);
            return mirror.Program.Errors.Contains($"source: read again: {secured.PathOf("source", "client.pem")}; new connections use it",
                StringComparison.Ordinal);
        }, Ct);
        await ProduceAsync(secured.Pair, topic, 100);
        await secured.Pair.ArrivedAsync(mirror, topic, 200, Ct);

        await secured.Pair.CommittedAsync(mirror, topic, Ct);
        Assert.Equal(0, await mirror.StopAsync(Ct));
        await secured.Pair.SameAsync(topic, settings, Ct);
    }

    /// <summary>The serial number of the certificate that a port shows.</summary>
    private static async Task<string?> ServedAsync(string server)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPEndPoint.Parse(server), Ct);
        string? serial = null;
        await using var tls = new SslStream(socket.GetStream(), leaveInnerStreamOpen: false, (_, certificate, _, _) =>
        {
            serial = certificate?.GetSerialNumberString();
            return serial is not null;
        });
        try
        {
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "127.0.0.1" }, Ct);
        }
        catch (IOException)
        {
            // It wants ours: what it showed is known all the same.
        }

        return serial;
    }

    private static Task SaysAsync(MirrorMaker mirror, string what) =>
        mirror.Program.RunsUntilAsync(what, Within, _ => Task.FromResult(mirror.Program.Errors.Contains(what, StringComparison.Ordinal)),
            Ct);

    private static Task<long[]> ProduceAsync(ClusterPair pair, string topic, int first) => pair.Source.Client.ProduceAsync(
        topic, Enumerable.Range(first, 100).Select(i => new KafkaRecord { Partition = 0, Key = "k"u8.ToArray(), Value = [(byte)i] }),
        new Dictionary<string, string>(), Ct);

    /// <summary>As <c>kafka-configs.sh --alter --add-config SCRAM-SHA-512=[password=…]</c>.</summary>
    private static async Task AlterAsync(string bootstrap, string password)
    {
        var salt = RandomNumberGenerator.GetBytes(20);
        await using var client = await RawClient.ConnectAsync(bootstrap, Ct);
        var altered = await client.CallAsync(
            new AlterUserScramCredentialsRequest
            {
                Upsertions =
                [
                    new ScramCredentialUpsertion
                    {
                        Name = "mirror", Mechanism = 2, Iterations = 4096, Salt = salt,
                        SaltedPassword = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), salt, 4096, HashAlgorithmName.SHA512,
                            64),
                    },
                ],
            },
            0,
            Ct);
        Assert.Equal(ErrorCode.None, altered.Results[0].ErrorCode);
    }
}

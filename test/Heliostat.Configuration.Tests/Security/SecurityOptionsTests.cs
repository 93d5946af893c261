using System.Security.Authentication;
using Heliostat.Client;
using Heliostat.Client.Authentication.OAuthBearer;
using Heliostat.Client.Authentication.OAuthBearer.Tokens;
using Heliostat.Client.Authentication.Plain;
using Heliostat.Client.Authentication.Scram;
using Heliostat.Configuration.Dialects;
using Heliostat.Configuration.Dialects.MirrorMaker1;
using Heliostat.Testing;
using Heliostat.Testing.Certificates;

namespace Heliostat.Configuration.Tests.Security;

/// <summary>What is written about security becomes the options of the clients it is written for, and of no others.</summary>
public sealed class SecurityOptionsTests : IDisposable
{
    private const string Plain = "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"{0}\" password=\"{1}\";";
    private const string Mirror2 = "clusters = A, B\nA.bootstrap.servers = a:1\nB.bootstrap.servers = b:1\nA->B.enabled = true\n";

    private readonly TemporaryFolder _folder = new("security-options");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Each_role_of_each_cluster_has_the_identity_that_is_written_for_it()
    {
        var flow = Configurations.Read(
            Mirror2 + "security.protocol = SASL_PLAINTEXT\nsasl.mechanism = SCRAM-SHA-256\n"
            + $"sasl.jaas.config = {Line("top", "p0")}\n"
            + "B.sasl.mechanism = PLAIN\n"
            + $"B.sasl.jaas.config = {Line("b", "p1")}\n"
            + $"B.producer.sasl.jaas.config = {Line("writer", "p2")}\n"
            + $"A->B.source.consumer.sasl.jaas.config = {Line("reader", "p3")}\n"
            + $"A->B.producer.override.sasl.jaas.config = {Line("flow-writer", "p4")}\n"
            + "A.admin.security.protocol = PLAINTEXT\n").ToFile().Flows.Single(f => f.Name.ToString() == "A->B");

        Assert.Equal("reader", Assert.IsType<ScramOptions>(flow.SourceConsumer.Client.Security.Sasl).Username);
        Assert.Equal(SecurityOptions.Plaintext, flow.SourceAdmin.Security);
        Assert.Equal("flow-writer", Assert.IsType<PlainOptions>(flow.DataProducer.Client.Security.Sasl).Username);
        Assert.Equal("b", Assert.IsType<PlainOptions>(flow.TargetConsumer.Client.Security.Sasl).Username);
        Assert.Equal("b", Assert.IsType<PlainOptions>(flow.TargetAdmin.Security.Sasl).Username);
        Assert.Equal("top", Assert.IsType<ScramOptions>(flow.OffsetSyncsProducer.Client.Security.Sasl).Username);
    }

    [Fact]
    public void Stores_and_versions_of_TLS_become_options()
    {
        var trust = _folder.File("trust.pem");
        using var root = TestAuthority.Root();
        File.WriteAllText(trust, root.Certificate.ExportCertificatePem());

        var tls = Translate(
            $"security.protocol=ssl\nssl.truststore.location={trust}"
                + "\nssl.truststore.type=PEM\nssl.endpoint.identification.algorithm=\nssl.protocol=TLSv1.2\n"
            + "ssl.cipher.suites=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256\n").Tls!;

        Assert.Equal((trust, "PEM"), (tls.Trust.Location, tls.Trust.Type));
        Assert.False(tls.ChecksHostName);
        Assert.Equal(SslProtocols.Tls12, tls.Protocols);
        Assert.Equal("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", Assert.Single(tls.CipherSuites).ToString());
    }

    [Theory]
    [InlineData("ssl.protocol=TLSv1.1", "ssl.protocol: 'TLSv1.1' cannot be spoken; TLSv1.3, TLSv1.2 and TLS can")]
    [InlineData("ssl.enabled.protocols=TLSv1",
        "ssl.enabled.protocols: ssl.enabled.protocols, ssl.protocol and ssl.cipher.suites leave no version of TLS; TLSv1.2 and TLSv1.3 can "
            + "be spoken")]
    [InlineData("ssl.cipher.suites=RSA", "ssl.cipher.suites: 'RSA' is no cipher suite; their names are IANA's, as TLS_AES_256_GCM_SHA384")]
    [InlineData("ssl.truststore.password=hush", "ssl.truststore.location: ")]
    public void What_no_TLS_can_do_is_said(string line, string problem)
    {
        var e = Assert.Throws<ConfigurationException>(() => Translate("security.protocol=SSL\n" + line));

        Assert.Contains("target:3: " + problem, string.Join('\n', e.Problems.Select(Short)), StringComparison.Ordinal);
    }

    [Fact]
    public void Old_versions_among_new_ones_are_left_out_with_a_warning()
    {
        var configuration = Both("security.protocol=SSL\nssl.enabled.protocols=TLSv1.2,TLSv1.1,TLSv1\n", _ => null);

        Assert.Equal(SslProtocols.Tls12, configuration.Flow.DataProducer.Client.Security.Tls!.Protocols);
        Assert.Contains("target:3: ssl.enabled.protocols: TLSv1.1 cannot be spoken: the system's OpenSSL has it switched off",
            configuration.Warnings.Select(Short));
    }

    [Fact]
    public void The_JAAS_file_of_KAFKA_OPTS_is_for_clients_without_a_line()
    {
        var jaas = _folder.File("jaas.conf");
        File.WriteAllText(jaas,
            "KafkaClient { org.apache.kafka.common.security.plain.PlainLoginModule required username=filed password=\"s3cret\"; };");
        string? Environment(string name) => name == "KAFKA_OPTS" ? $"-Djava.security.auth.login.config={jaas} -Dcom.sun.jndi.x=1" : null;

        var configuration = Both("security.protocol=SASL_SSL\nsasl.mechanism=PLAIN\n", Environment);
        var own = Both($"security.protocol=SASL_SSL\nsasl.mechanism=PLAIN\nsasl.jaas.config={Line("own", "p")}\n", Environment);

        Assert.Equal("filed", Assert.IsType<PlainOptions>(configuration.Flow.DataProducer.Client.Security.Sasl).Username);
        Assert.Equal("own", Assert.IsType<PlainOptions>(own.Flow.DataProducer.Client.Security.Sasl).Username);
        Assert.Contains("KAFKA_OPTS: -Djava.security.auth.login.config: read for clients without sasl.jaas.config",
            configuration.Notices.Select(Short));
        Assert.Contains("KAFKA_OPTS: -Dcom.sun.jndi.x has no effect: means nothing here", configuration.Warnings.Select(Short));
    }

    [Fact]
    public void The_trust_store_of_the_JVM_stands_in_for_one_that_is_not_named()
    {
        var trust = _folder.File("trust.pem");
        using var root = TestAuthority.Root();
        File.WriteAllText(trust, root.Certificate.ExportCertificatePem());

        var configuration = Both("security.protocol=SSL\n",
            name => name == "KAFKA_OPTS" ? $"-Djavax.net.ssl.trustStore={trust} -Djavax.net.ssl.trustStoreType=PEM" : null);

        Assert.Equal(trust, configuration.Flow.DataProducer.Client.Security.Tls!.Trust.Location);
    }

    [Fact]
    public void A_store_that_is_put_together_of_several_lines_says_so()
    {
        var trust = _folder.File("trust.pem");
        using var root = TestAuthority.Root();
        File.WriteAllText(trust, root.Certificate.ExportCertificatePem());

        var problems = Configurations.Read(Mirror2
            + $"security.protocol = SSL\nA.ssl.truststore.location = {trust}\nA.ssl.truststore.password = hush\n").Errors;

        var problem = Assert.Single(problems).ToString();
        Assert.StartsWith("mm2.properties:6: ssl.truststore.type: ", problem, StringComparison.Ordinal);
        Assert.Contains("ssl.truststore.type=PEM", problem, StringComparison.Ordinal);
        Assert.EndsWith(" (ssl.truststore.location is in line 6, ssl.truststore.password is in line 7) (A)", problem,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_of_tokens_become_options()
    {
        var bearer = Assert.IsType<OAuthBearerOptions>(Translate(
            "security.protocol=SASL_SSL\nsasl.mechanism=OAUTHBEARER\n"
            + "sasl.jaas.config=org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required "
            + "extension_logicalCluster=\"lkc-1\";\n"
            + "sasl.login.callback.handler.class=org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler\n"
            + "sasl.oauthbearer.token.endpoint.url=https://idp.test/token\nsasl.oauthbearer.client.credentials.client.id=me\n"
            + "sasl.oauthbearer.client.credentials.client.secret=hush\nsasl.oauthbearer.scope=all\nsasl.login.refresh.buffer.seconds=7\n"
            + "sasl.login.retry.backoff.ms=50\nsasl.login.read.timeout.ms=1500\nsasl.oauthbearer.header.urlencode=true\n").Sasl);

        var token = Assert.IsType<ClientCredentialsOptions>(bearer.Token);
        Assert.Equal((TimeSpan.FromSeconds(7), 0.8), (bearer.Refresh.Buffer, bearer.Refresh.WindowFactor));
        Assert.Equal((TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(1500)),
            (token.Endpoint.RetryBackOff, token.Endpoint.ReadTimeout));
        Assert.Equal(("me", "all", true), (token.ClientId, token.Scope, token.HeaderUrlEncode));
    }

    [Fact]
    public void Kerberos_without_a_keytab_or_a_service_is_refused_at_once()
    {
        var e = Assert.Throws<ConfigurationException>(() => Translate(
            "security.protocol=SASL_SSL\nsasl.jaas.config=com.sun.security.auth.module.Krb5LoginModule required useKeyTab=true "
                + "keyTab=\"/nowhere\" principal=\"m@R\";\n"));
        var missing = Assert.Throws<ConfigurationException>(() => Translate(
            "security.protocol=SASL_SSL\nsasl.kerberos.service.name=kafka\n"
            + "sasl.jaas.config=com.sun.security.auth.module.Krb5LoginModule required useKeyTab=true keyTab=\"/nowhere\" "
            + "principal=\"m@R\";\n"));

        Assert.StartsWith("target:2: sasl.kerberos.service.name: it is not set, neither here nor as serviceName",
            Short(Assert.Single(e.Problems)), StringComparison.Ordinal);
        Assert.StartsWith("target:4: sasl.jaas.config: ", Short(Assert.Single(missing.Problems)), StringComparison.Ordinal);
        Assert.Contains("/nowhere", Assert.Single(missing.Problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_krb5_conf_that_is_not_there_and_a_realm_by_property_are_refused_where_Kerberos_is_asked_for()
    {
        const string Cache =
            "sasl.kerberos.service.name=kafka\nsasl.jaas.config=com.sun.security.auth.module.Krb5LoginModule required "
                + "useTicketCache=true;\n";
        var java = "-Djava.security.krb5.conf=/nowhere/krb5.conf -Djava.security.krb5.realm=R";

        var e = Assert.Throws<ConfigurationException>(() => Both("security.protocol=SASL_SSL\n" + Cache,
            name => name == "KAFKA_OPTS" ? java : null));

        Assert.Equal(2, e.Problems.Count);
        Assert.Contains("/nowhere/krb5.conf is not there, which -Djava.security.krb5.conf names", e.Problems[0].Message,
            StringComparison.Ordinal);
        Assert.Contains("write them to a krb5.conf", e.Problems[1].Message, StringComparison.Ordinal);
        Assert.Null(Both("", name => name == "KAFKA_OPTS" ? java : null).Flow.DataProducer.Client.Security.Sasl);
    }

    [Fact]
    public void A_password_that_can_be_read_on_the_network_is_warned_of_but_not_on_this_machine()
    {
        var jaas = $"security.protocol=SASL_PLAINTEXT\nsasl.mechanism=PLAIN\nsasl.jaas.config={Line("me", "p")}\n";

        Assert.Contains(Both(jaas, _ => null).Warnings,
            w => w.Message.Contains("whoever can listen on the network reads the password", StringComparison.Ordinal));
        Assert.DoesNotContain(Both(jaas + "bootstrap.servers=localhost:9092\n", _ => null).Warnings,
            w => w.Message.Contains("listen", StringComparison.Ordinal));
    }

    [Fact]
    public void Explain_shows_a_JAAS_line_without_its_secrets_and_a_reference_as_it_is_written()
    {
        var read = Configurations.Read(
            Mirror2 + "config.providers = env\nconfig.providers.env.class = org.apache.kafka.common.config.provider.EnvVarConfigProvider\n"
            + "security.protocol = SASL_SSL\nsasl.mechanism = PLAIN\nssl.truststore.password = pre${env:SECRET}\nB.ssl.truststore.password "
            + "= ${env:SECRET}\n"
            + $"sasl.jaas.config = {Line("me", "pass-word")}\nB.sasl.jaas.config = {Line("${env:SECRET}", "other${env:SECRET}")}\n");
        var readers = read.Explain(read.Flows.Single(f => f.ToString() == "A->B")).Readers;

        string? Value(string reader, string key) => readers.Single(r => r.Name == reader).Settings.Single(s => s.Key == key).Value;
        Assert.Equal("PlainLoginModule required password=[hidden] username=\"me\";", Value("source consumer", "sasl.jaas.config"));
        Assert.Equal("PlainLoginModule required password=[hidden] username=\"${env:SECRET}\";",
            Value("target consumer", "sasl.jaas.config"));
        Assert.Equal("[hidden]", Value("source consumer", "ssl.truststore.password"));
        Assert.Equal("${env:SECRET}", Value("target consumer", "ssl.truststore.password"));
        Assert.DoesNotContain(readers.SelectMany(r => r.Settings), s => s.Value?.Contains("pass-word", StringComparison.Ordinal) == true);
    }

    [Fact]
    public void A_key_that_others_can_read_is_warned_of_once()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // It has no such modes.
        }

        using var root = TestAuthority.Root();
        var store = _folder.File("client.pem");
        using var leaf = root.Issue("CN=client");
        File.WriteAllText(store, TestAuthority.KeyPem(leaf, root.Certificate));
        File.SetUnixFileMode(store, UnixFileMode.UserRead | UnixFileMode.OtherRead);

        var warnings = Both($"security.protocol=SSL\nssl.keystore.type=PEM\nssl.keystore.location={store}\n", _ => null).Warnings;

        Assert.Single(warnings,
            w => w.Message.EndsWith("holds a private key, and others than its owner may read it: chmod 600", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("the file", true)]
    [InlineData("a provider", false)]
    [InlineData("a JAAS file", true)]
    public void A_password_that_everybody_can_read_is_warned_of(string where, bool warned)
    {
        if (OperatingSystem.IsWindows())
        {
            return; // It has no such modes.
        }

        const UnixFileMode All = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        var (jaas, secret) = (_folder.File("jaas.conf"), _folder.File("secret"));
        File.WriteAllText(jaas, $"KafkaClient {{ {Line("me", "p")} }};");
        File.WriteAllText(secret, "p=p");
        File.WriteAllText(_folder.File("target"), "");
        File.SetUnixFileMode(jaas, All);
        File.SetUnixFileMode(_folder.File("target"), All);
        var lines = "security.protocol=SASL_SSL\nsasl.mechanism=PLAIN\n" + where switch
        {
            "the file" => $"sasl.jaas.config={Line("me", "p")}\n",
            "a provider" => "config.providers=f\nconfig.providers.f.class=org.apache.kafka.common.config.provider.FileConfigProvider\n"
                + $"sasl.jaas.config={Line("me", $"${{f:{secret}:p}}")}\n",
            _ => "",
        };

        var warnings = Both(lines,
            name => name == "KAFKA_OPTS" && where == "a JAAS file" ? $"-Djava.security.auth.login.config={jaas}" : null).Warnings;

        var file = where == "a JAAS file" ? jaas : _folder.File("target");
        Assert.Equal(warned ? 1 : 0,
            warnings.Count(w => w.Message == $"everybody on this machine can read {file}, which holds a secret: chmod o-r {file}"
                || w.Message == $"everybody on this machine can read {file}, which holds a secret: chmod o-r {file} (target)"));
    }

    [Fact]
    public void A_file_of_one_of_Kafkas_clients_says_how_to_reach_a_cluster()
    {
        var file = _folder.File("client.properties");
        File.WriteAllText(file,
            $"bootstrap.servers=b:1\nsecurity.protocol=SASL_SSL\nsasl.mechanism=PLAIN\nsasl.jaas.config={Line("me", "p")}\n");

        var options = ClientFile.Read(file, "target");

        Assert.Equal("b", Assert.Single(options.BootstrapServers).Host);
        Assert.Equal("me", Assert.IsType<PlainOptions>(options.Security.Sasl).Username);
        Assert.NotNull(options.Security.Tls);
    }

    private static string Line(string user, string password) =>
        string.Format(System.Globalization.CultureInfo.InvariantCulture, Plain, user, password);

    private static string Short(ConfigurationProblem problem) =>
        (problem with { File = problem.File is { } file ? Path.GetFileName(file) : null }).ToString();

    private SecurityOptions Translate(string target) => Both(target, _ => null).Flow.DataProducer.Client.Security;

    private Heliostat.Configuration.Options.MirrorConfiguration Both(string target, Func<string, string?> environment)
    {
        var (source, to) = (_folder.File("source"), _folder.File("target"));
        File.WriteAllText(source, "bootstrap.servers=a:1\ngroup.id=g\n");
        File.WriteAllText(to, "bootstrap.servers=b:1\n" + target);
        return MirrorMaker1Files.Translate(new MirrorMaker1Options { ConsumerConfig = source, ProducerConfig = to, Include = "t" },
            environment);
    }
}

using Heliostat.Client;
using Heliostat.Client.Authentication.Plain;
using Heliostat.Configuration.Dialects;
using Heliostat.Configuration.Dialects.MirrorMaker2;
using Heliostat.Testing;

namespace Heliostat.Configuration.Tests.Security;

/// <summary>What is shown to a cluster is read again while a mirror runs: from the files, from providers, from a JAAS file.</summary>
public sealed class SecurityRotationTests : IDisposable
{
    private const string Jaas = "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"mirror\" password=\"{0}\";";

    private readonly ManualTimeProvider _time = new();
    private readonly TemporaryFolder _folder = new("rotation");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_secret_of_a_provider_is_read_again_when_it_is_too_old()
    {
        var secrets = Write("secrets", "password=one");
        var security = Source(
            "config.providers=file\nconfig.providers.file.class=org.apache.kafka.common.config.provider.FileConfigProvider\n"
                + Sasl($"${{file:{secrets}:password}}"));
        Assert.Null(security.Refresh(_time, isDoubted: false));
        var before = security.Current;
        Write("secrets", "password=two");

        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Null(security.Refresh(_time, isDoubted: false));
        Assert.Same(before, security.Current);
        _time.Advance(TimeSpan.FromSeconds(1));
        var reload = security.Refresh(_time, isDoubted: false);

        Assert.Equal((true, "read again: what is shown to A"), (reload?.Succeeded, reload?.Message));
        Assert.Equal("two", Password(security));
    }

    [Fact]
    public void A_password_that_was_refused_is_read_again_at_once()
    {
        var security = Source(Sasl("one"));
        security.Refresh(_time, isDoubted: false);
        Client(Sasl("two"));

        _time.Advance(TimeSpan.FromSeconds(1));
        security.Refresh(_time, isDoubted: true);

        Assert.Equal("two", Password(security));
    }

    [Fact]
    public void What_did_not_change_stays_the_same_object()
    {
        var security = Source(Sasl("one") + "ssl.cipher.suites=TLS_AES_128_GCM_SHA256\n");
        var before = security.Current;
        security.Refresh(_time, isDoubted: false);
        _time.Advance(TimeSpan.FromHours(1));

        Assert.Null(security.Refresh(_time, isDoubted: false));
        Assert.Same(before, security.Current);
    }

    [Theory]
    [InlineData("sasl.jaas.config=org.apache.kafka", "sasl.jaas.config")]
    [InlineData("", "security.protocol, sasl.mechanism or whether there is a trust store changed, which takes a restart")]
    [InlineData("sasl.mechanism=SCRAM-SHA-256", "which takes a restart")]
    public void A_file_that_is_not_whole_changes_nothing_and_is_told_once(string line, string said)
    {
        var security = Source(Sasl("one"));
        security.Refresh(_time, isDoubted: false);
        Client(line.Length == 0 ? "" : Sasl("two") + line + "\n");

        _time.Advance(TimeSpan.FromMinutes(1));
        var reload = security.Refresh(_time, isDoubted: false);
        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.False(reload?.Succeeded);
        Assert.Contains(said, reload!.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("two", reload.Message, StringComparison.Ordinal);
        Assert.Null(security.Refresh(_time, isDoubted: false));
        Assert.Equal("one", Password(security));
    }

    [Fact]
    public void A_JAAS_file_is_read_again()
    {
        var jaas = Write("jaas.conf", "KafkaClient { " + string.Format(null, Jaas, "one") + " };");
        Client("security.protocol=SASL_PLAINTEXT\nsasl.mechanism=PLAIN\n");
        var security = ClientFile.Read(_folder.File("client"), "A",
            name => name == "KAFKA_OPTS" ? $"-Djava.security.auth.login.config={jaas}" : null).Rotation!;
        security.Refresh(_time, isDoubted: false);
        Write("jaas.conf", "KafkaClient { " + string.Format(null, Jaas, "two") + " };");

        _time.Advance(TimeSpan.FromMinutes(1));
        security.Refresh(_time, isDoubted: false);

        Assert.Equal("two", Password(security));
    }

    [Fact]
    public void Each_client_of_a_flow_follows_its_own_lines()
    {
        const string Head =
            "clusters = A, B\nA.bootstrap.servers = a:1\nB.bootstrap.servers = b:1\nA->B.enabled = true\nB.heliostat.secrets.refresh.ms = "
                + "1000\n"
                + "B.security.protocol = SASL_PLAINTEXT\nB.sasl.mechanism = PLAIN\nB.sasl.jaas.config = ";
        var file = Write("mm2", Head + string.Format(null, Jaas, "one") + "\n");
        var flow = MirrorMaker2Configuration.Load(file, []).ToFile().Flows.Single(f => f.Enabled);
        var (producer, admin) = (flow.DataProducer.Client.Rotation!, flow.TargetAdmin.Rotation!);
        producer.Refresh(_time, isDoubted: false);
        Write("mm2", Head + string.Format(null, Jaas, "two") + "\nB.admin.sasl.jaas.config = " + string.Format(null, Jaas, "three") + "\n");

        _time.Advance(TimeSpan.FromSeconds(1));
        producer.Refresh(_time, isDoubted: false);

        Assert.Null(flow.SourceAdmin.Rotation);
        Assert.Equal(("two", "three"), (Password(producer), Password(admin)));
    }

    private static string Password(ISecuritySource security) => Assert.IsType<PlainOptions>(security.Current.Sasl).Password.Reveal();

    private static string Sasl(string password) =>
        $"security.protocol=SASL_PLAINTEXT\nsasl.mechanism=PLAIN\nsasl.jaas.config={string.Format(null, Jaas, password)}\n";

    private ISecuritySource Source(string lines)
    {
        Client(lines);
        return ClientFile.Read(_folder.File("client"), "A", _ => null).Rotation!;
    }

    private void Client(string lines) => Write("client", "bootstrap.servers=localhost:1\n" + lines);

    private string Write(string name, string text)
    {
        var path = _folder.File(name);
        File.WriteAllText(path, text);
        return path;
    }
}

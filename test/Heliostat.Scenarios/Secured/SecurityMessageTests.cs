using System.Text;
using Heliostat.Configuration;
using Heliostat.Scenarios.RealKafka;
using Heliostat.Testing;

namespace Heliostat.Scenarios.Secured;

/// <summary>
/// Every failure of a secured connection says which side, which check and what to do, within the first attempt; and none shows a secret, as it is, in base64, or as a URL has it.
/// </summary>
public sealed class SecurityMessageTests : IAsyncLifetime
{
    private const string Canary = "canary wrong/word+2";
    private static readonly CancellationToken Ct = CancellationToken.None;

    private readonly TemporaryFolder _folder = new("messages");
    private SecuredClusters _secured = null!;

    public async Task InitializeAsync() => _secured = await SecuredClusters.StartEmbeddedAsync(Ct);

    public async Task DisposeAsync()
    {
        await _secured.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public Task An_authority_that_is_not_ours() => SaysAsync(
        With("SASL_SSL PLAIN", ("ssl.truststore.location", _secured.PathOf("target", "trust.pem"))),
        "TLS failed: the certificate CN=broker (issuer CN=Source Root, SHA-256 ", "trust.pem, which holds 1 certificate (CN=Target Root)");

    [Fact]
    public Task A_name_that_the_certificate_is_not_for() => SaysAsync(
        With("SASL_SSL PLAIN", ("bootstrap.servers", _secured.Servers("source", "SASL_SSL").Replace("127.0.0.1", "localhost", StringComparison.Ordinal))),
        "localhost", "127.0.0.1", "ssl.endpoint.identification.algorithm=");

    [Fact]
    public Task A_certificate_that_we_do_not_show() => SaysAsync(
        With("SSL", ("ssl.keystore.location", ""), ("ssl.keystore.type", "JKS")), "ssl.keystore.location is not set");

    [Fact]
    public Task TLS_to_a_port_without() => SaysAsync(
        With("SASL_SSL PLAIN", ("bootstrap.servers", _secured.Servers("source", "SASL_PLAINTEXT"))), "the port does not speak TLS");

    [Fact]
    public Task No_TLS_to_a_port_with() => SaysAsync(
        new() { ["bootstrap.servers"] = _secured.Servers("source", "SSL") }, "speaks TLS", "SSL");

    [Fact]
    public Task No_login_at_a_port_that_wants_one() => SaysAsync(
        new() { ["bootstrap.servers"] = _secured.Servers("source", "SCRAM") }, "wants a login (SASL SCRAM-SHA-512)", "security.protocol = SASL_PLAINTEXT");

    [Fact]
    public Task A_login_at_a_port_that_takes_none() => SaysAsync(
        With("SASL_PLAINTEXT PLAIN", ("bootstrap.servers", _secured.Servers("source", "PLAINTEXT"))), "login failed: the port takes no login: security.protocol there is PLAINTEXT or SSL");

    [Fact]
    public Task A_mechanism_that_is_not_there() => SaysAsync(
        With("SASL_PLAINTEXT PLAIN", ("bootstrap.servers", _secured.Servers("source", "SCRAM"))), "login failed: the broker has SCRAM-SHA-512, and sasl.mechanism asks for PLAIN");

    [Theory]
    [InlineData("SASL_SSL PLAIN")]
    [InlineData("SASL_SSL SCRAM-SHA-256")]
    [InlineData("SASL_PLAINTEXT SCRAM-SHA-512")]
    public Task A_wrong_password(string way) => SaysAsync(
        _secured.Lines("source", way, Canary), $"login failed: user 'mirror' is refused with {way.Split(' ')[1]}: ", "check the username and password of sasl.jaas.config");

    [Fact]
    public async Task What_needs_no_connection_is_said_before_one_is_made()
    {
        var trust = _secured.PathOf("source", "trust.pem");
        await SaysAsync(With("SASL_SSL PLAIN", ("ssl.truststore.type", "JKS")), "ssl.truststore.type=PEM");
        await SaysAsync(With("SASL_SSL PLAIN", ("ssl.truststore.password", Canary)), trust, "password");
        await SaysAsync(With("SASL_SSL PLAIN", ("ssl.truststore.location", trust + ".gone")), trust + ".gone");
        await SaysAsync(
            With("SASL_SSL PLAIN", ("ssl.truststore.location", ""), ("ssl.truststore.certificates", "-----BEGIN CERTIFICATE-----")), "ends after its first line", "\\n\\");
        await SaysAsync(With("SASL_SSL PLAIN", ("sasl.jaas.config", $"org.apache.kafka.common.security.plain.PlainLoginModule required password=\"{Canary}\"")), "it does not end in a semicolon");
        await SaysAsync(With("SASL_SSL PLAIN", ("sasl.mechanism", "GSSAPI")), "PlainLoginModule does not fit sasl.mechanism=GSSAPI: is sasl.mechanism=PLAIN meant?");
    }

    private Dictionary<string, string> With(string way, params (string Key, string Value)[] instead)
    {
        var lines = _secured.Lines("source", way);
        foreach (var (key, value) in instead)
        {
            if (value.Length == 0)
            {
                lines.Remove(key);
            }
            else
            {
                lines[key] = value;
            }
        }

        return lines;
    }

    private async Task SaysAsync(Dictionary<string, string> source, params string[] parts)
    {
        var arguments = new MirrorSettings { Consumer = source }.Write(_folder, _secured.Pair, "t");
        string said;
        try
        {
            await using var program = EngineProgram.Start(arguments);
            Assert.Equal(255, await program.WaitForExitAsync(TimeSpan.FromSeconds(20), Ct));
            said = program.Errors;
            Assert.Contains("source: ", said, StringComparison.Ordinal);
        }
        catch (ConfigurationException wrong)
        {
            said = string.Join('\n', wrong.Problems.Select(problem => problem.ToString())) + wrong;
        }

        Assert.All(parts, part => Assert.Contains(part, said, StringComparison.Ordinal));
        foreach (var secret in new[] { SecuredClusters.Password, Canary })
        {
            var encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes(secret));
            Assert.DoesNotContain(secret, said, StringComparison.Ordinal);
            Assert.DoesNotContain(encoded, said, StringComparison.Ordinal);
            Assert.DoesNotContain(Convert.ToBase64String(Encoding.UTF8.GetBytes("\0mirror\0" + secret)), said, StringComparison.Ordinal);
            Assert.DoesNotContain(Uri.EscapeDataString(secret), said, StringComparison.Ordinal);
        }
    }
}

using System.Buffers.Text;
using System.Text;
using Heliostat.Broker.Faults;
using Heliostat.Configuration;
using Heliostat.Protocol.Messages;
using Heliostat.Scenarios.RealKafka;
using Heliostat.Testing;
using Heliostat.Testing.Embedded;
using Heliostat.Testing.Links;

namespace Heliostat.Scenarios.Secured;

/// <summary>
/// Every failure of a secured connection says which side, which check and what to do, within the first attempt; and none shows a secret, as
/// it is, in base64, or as a URL has it.
/// </summary>
public sealed class SecurityMessageTests : IAsyncLifetime
{
    private const string Canary = "canary wrong/word+2";

    /// <summary>As the last part of a token.</summary>
    private const string Canary64 = "Y2FuYXJ5IHdyb25nL3dvcmQrMg";
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
        With("SASL_SSL PLAIN",
            ("bootstrap.servers", _secured.Servers("source", "SASL_SSL").Replace("127.0.0.1", "localhost", StringComparison.Ordinal))),
        "localhost", "127.0.0.1", "ssl.endpoint.identification.algorithm=");

    [Fact]
    public Task A_certificate_that_we_do_not_show() => SaysAsync(
        With("SSL", ("ssl.keystore.location", ""), ("ssl.keystore.type", "JKS")), "ssl.keystore.location is not set");

    [Fact]
    public Task A_certificate_of_ours_that_is_not_trusted() => SaysAsync(
        With("SSL", ("ssl.keystore.location", _secured.PathOf("target", "client.pem"))), "CN=mirror (issuer CN=Target Root) from ",
        "target-client.pem");

    [Fact]
    public Task A_certificate_that_is_over() => SaysAsync(
        With("SASL_SSL PLAIN", ("bootstrap.servers", _secured.Servers("source", "EXPIRED"))), "TLS failed: the certificate CN=broker",
        " expired on ", "this machine's clock says ");

    [Fact]
    public Task A_certificate_that_is_not_valid_yet() => SaysAsync(
        With("SASL_SSL PLAIN", ("bootstrap.servers", _secured.Servers("source", "EARLY"))), "TLS failed: the certificate CN=broker",
        " is valid from ", "this machine's clock says ");

    [Fact]
    public Task An_intermediate_certificate_that_the_broker_does_not_send() => SaysAsync(
        With("SASL_SSL PLAIN", ("bootstrap.servers", _secured.Servers("source", "LEAF"))),
        "perhaps the broker does not send its intermediate certificate CN=source Intermediate");

    [Fact]
    public async Task A_token_that_the_broker_refuses()
    {
        var token = _secured.PathOf("source", "token");
        var until = TimeProvider.System.GetUtcNow().AddHours(1).ToUnixTimeSeconds();
        await File.WriteAllTextAsync(token,
            $"{Base64Url.EncodeToString("""{"alg":"RS256"}"""u8)}."
                + $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"sub":"mirror","iss":"us","aud":"kafka","iat":1,"exp":{{until}}}"""))}.{Canary64}");
        await SaysAsync(Token($"file:{token}"), "the broker refuses the token of ", "mirror", "issued by us", "for kafka", "invalid_token",
            "check issuer, audience and scope");
    }

    [Theory]
    [InlineData("401 Unauthorized", """{"error":"invalid_client","error_description":"no such client"}""",
        "answered 401 invalid_client (no such client); check client id, secret, scope and URL")]
    [InlineData("500 Internal Server Error", "", "answered 500")]
    [InlineData("200 OK", "{}", "answered without an access_token in JSON: is this the token URL?")]
    [InlineData("", "", "gave no answer within ")]
    public async Task A_token_endpoint_in_trouble(string status, string body, string said)
    {
        await using var endpoint = new RawServer(
            _ => status.Length == 0 ? [] : Encoding.ASCII.GetBytes(
                $"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}"),
            hangsUp: status.Length > 0);
        await SaysWhileRunningAsync(Token($"http://{endpoint.Address}/token"),
            $"the token endpoint http://{endpoint.Address}/token {said}");
    }

    [Fact]
    public Task A_token_endpoint_that_is_down() =>
        SaysWhileRunningAsync(Token("http://127.0.0.1:1/token"), "the token endpoint http://127.0.0.1:1/token cannot be asked: ");

    [Fact]
    public Task TLS_to_a_port_without() => SaysAsync(
        With("SASL_SSL PLAIN", ("bootstrap.servers", _secured.Servers("source", "SASL_PLAINTEXT"))), "the port does not speak TLS");

    [Fact]
    public Task No_TLS_to_a_port_with() => SaysAsync(
        new() { ["bootstrap.servers"] = _secured.Servers("source", "SSL") }, "speaks TLS", "SSL");

    [Fact]
    public Task No_login_at_a_port_that_wants_one() => SaysAsync(
        new() { ["bootstrap.servers"] = _secured.Servers("source", "SCRAM") }, "wants a login (SASL SCRAM-SHA-512)",
        "security.protocol = SASL_PLAINTEXT");

    [Fact]
    public Task A_login_at_a_port_that_takes_none() => SaysAsync(
        With("SASL_PLAINTEXT PLAIN", ("bootstrap.servers", _secured.Servers("source", "PLAINTEXT"))),
        "login failed: the port takes no login: security.protocol there is PLAINTEXT or SSL");

    [Fact]
    public Task A_mechanism_that_is_not_there() => SaysAsync(
        With("SASL_PLAINTEXT PLAIN", ("bootstrap.servers", _secured.Servers("source", "SCRAM"))),
        "login failed: the broker has SCRAM-SHA-512, and sasl.mechanism asks for PLAIN");

    [Theory]
    [InlineData("SASL_SSL PLAIN")]
    [InlineData("SASL_SSL SCRAM-SHA-256")]
    [InlineData("SASL_PLAINTEXT SCRAM-SHA-512")]
    public Task A_wrong_password(string way) => SaysAsync(
        _secured.Lines("source", way, Canary), $"login failed: user 'mirror' is refused with {way.Split(' ')[1]}: ",
        "check the username and password of sasl.jaas.config");

    /// <summary>Brokers before 1.0 have no words for it.</summary>
    [Theory]
    [InlineData("SASL_SSL PLAIN")]
    [InlineData("SASL_PLAINTEXT SCRAM-SHA-256")]
    public async Task A_wrong_password_at_an_old_broker(string way)
    {
        var old = new ApiVersionsResponse
        {
            ApiKeys = [Range(ApiKey.SaslHandshake, 0), Range(ApiKey.ApiVersions, 0), Range(ApiKey.Metadata, 2)],
        };
        using var answers = ((EmbeddedTestCluster)_secured.Pair.Source).Cluster.Faults.Intercept(ApiKey.ApiVersions,
            _ => new FaultAction { Response = old });

        await SaysAsync(
            _secured.Lines("source", way, Canary),
            $"login failed: the broker closed the connection during the {way.Split(' ')[1]} login of user 'mirror': most likely it refuses "
                + "the name or the password",
            "; check those of sasl.jaas.config");

        static ApiVersion Range(ApiKey key, short newest) => new() { ApiKey = (short)key, MinVersion = 0, MaxVersion = newest };
    }

    [Fact]
    public async Task What_needs_no_connection_is_said_before_one_is_made()
    {
        var trust = _secured.PathOf("source", "trust.pem");
        await SaysAsync(With("SASL_SSL PLAIN", ("ssl.truststore.type", "JKS")), "ssl.truststore.type=PEM");
        await SaysAsync(With("SASL_SSL PLAIN", ("ssl.truststore.password", Canary)), trust, "password");
        await SaysAsync(With("SASL_SSL PLAIN", ("ssl.truststore.location", trust + ".gone")), trust + ".gone");
        await SaysAsync(
            With("SASL_SSL PLAIN", ("ssl.truststore.location", ""), ("ssl.truststore.certificates", "-----BEGIN CERTIFICATE-----")),
            "ends after its first line", "\\n\\");
        await SaysAsync(With("SASL_SSL PLAIN", ("sasl.jaas.config",
            $"org.apache.kafka.common.security.plain.PlainLoginModule required password=\"{Canary}\"")), "it does not end in a semicolon");
        await SaysAsync(With("SASL_SSL PLAIN", ("sasl.mechanism", "GSSAPI")),
            "PlainLoginModule does not fit sasl.mechanism=GSSAPI: is sasl.mechanism=PLAIN meant?");
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

    private Dictionary<string, string> Token(string url) => With(
        "SASL_SSL OAUTHBEARER",
        ("sasl.login.callback.handler.class", "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler"),
        ("sasl.oauthbearer.token.endpoint.url", url),
        ("sasl.login.read.timeout.ms", "500"), ("sasl.login.retry.backoff.max.ms", "300"),
        ("sasl.jaas.config",
            "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required clientId=\"mirror\" "
                + $"clientSecret=\"{Canary}\";"));

    /// <summary>What may pass by itself: the mirror says it and goes on trying.</summary>
    private async Task SaysWhileRunningAsync(Dictionary<string, string> source, string part)
    {
        await using var program = EngineProgram.Start(new MirrorSettings { Consumer = source }.Write(_folder, _secured.Pair, "t"));
        await Eventually.TrueAsync(part, TimeSpan.FromSeconds(30),
            () => program.Errors.Contains(part, StringComparison.Ordinal) || program.HasExited, Ct);
        Check(program.Errors, part);
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

        Check(said, parts);
    }

    private static void Check(string said, params string[] parts)
    {
        Assert.All(parts, part => Assert.Contains(part, said, StringComparison.Ordinal));
        Canaries.StayHidden(said, SecuredClusters.Password, Canary);
        Assert.DoesNotContain(Canary64, said, StringComparison.Ordinal);
    }
}

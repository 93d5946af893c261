using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Heliostat.Scenarios.RealKafka.MirrorMaker2;
using Heliostat.Testing;
using Heliostat.Testing.Links;
using Heliostat.Testing.Processes;

namespace Heliostat.Scenarios.Secured;

/// <summary>
/// The program by each of its commands, on a file whose every cluster fails in another way with secrets of its own: none of them is in
/// anything it says.
/// </summary>
public sealed partial class CanaryTests : IAsyncLifetime
{
    private const string Wrong = "canary wrong/word+2";
    private const string Store = "canary store/word+4";
    private const string Provided = "canary provided/word+5";
    private const string TokenSignature = "Y2FuYXJ5IHdyb25nL3dvcmQrMg";
    private static readonly CancellationToken Ct = CancellationToken.None;
    private static readonly TimeSpan Within = TimeSpan.FromMinutes(1);

    private readonly TemporaryFolder _folder = new("canaries");
    private SecuredClusters _secured = null!;

    public async Task InitializeAsync() => _secured = await SecuredClusters.StartEmbeddedAsync(Ct);

    public async Task DisposeAsync()
    {
        await _secured.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task No_command_shows_a_secret_of_a_cluster_that_fails()
    {
        await using var refusing = new RawServer(
            _ => "HTTP/1.1 401 Unauthorized\r\nContent-Length: 26\r\nConnection: close\r\n\r\n{\"error\":\"invalid_client\"}"u8.ToArray(),
            hangsUp: true);
        await using var silent = new RawServer(_ => [], hangsUp: false);
        var file = Flows(refusing.Address, silent.Address).Write(_folder);

        await CheckRunAsync(file);
        foreach (var command in (string[][])[["plan", file], ["plan", "--json", file], ["explain", "--all", file],
            ["explain", "--json", file], ["groups", "--json", file], ["verify", "--json", file], ["resume", file]])
        {
            Check(await HeliostatProcess.RunAsync(command, Within, Ct));
        }
    }

    [Fact]
    public async Task No_command_shows_a_secret_of_a_file_that_is_wrong()
    {
        var file = Mistaken().Write(_folder);

        foreach (var command in (string[][])[["run", "--verbose", "--json", file], ["plan", file], ["explain", "--all", file],
            ["explain", "--json", file], ["groups", file], ["verify", file], ["resume", file]])
        {
            var outcome = await HeliostatProcess.RunAsync(command, Within, Ct);
            Check(outcome);
            Assert.True(outcome.ExitCode == 2 || command[0] == "explain", $"{command[0]} ended with {outcome.ExitCode}");
        }
    }

    private async Task CheckRunAsync(string file)
    {
        await using var program = HeliostatProcess.Start(["run", "--verbose", "--json", "--interval", "1s", "--metrics", "127.0.0.1:0",
            file]);
        await program.RunsUntilAsync("every flow to have said what is wrong", Within, _ => Task.FromResult(
            (string[])["is not trusted by", "localhost", "ssl.keystore.location is not set", "does not speak TLS", "takes no login",
                "has SCRAM-SHA-512, and", "user 'mirror' is refused with PLAIN",
                "user 'mirror' is refused with SCRAM-SHA-256", "expired on", "invalid_token", "invalid_client",
                "gave no answer within"] is var said
            && said.All(part => program.Errors.Contains(part, StringComparison.Ordinal)) && Address().IsMatch(program.Errors)), Ct);
        using var http = new HttpClient();
        var address = Address().Match(program.Errors).Groups[1].Value;
        foreach (var page in (string[])["metrics", "metrics/lanes", "health", "readyz"])
        {
            using var answer = await http.GetAsync(new Uri($"{address}/{page}"), Ct);
            Check(await answer.Content.ReadAsStringAsync(Ct));
        }

        await program.StopAsync(Ct);
        Check(program.Output + program.Errors);
    }

    /// <summary>A flow from each cluster that fails when it is asked, all into one.</summary>
    private FlowFile Flows(string refusing, string silent)
    {
        var secrets = _folder.File("secrets");
        File.WriteAllText(secrets, $"password={Provided}\n");
        var token = _folder.File("token");
        var until = TimeProvider.System.GetUtcNow().AddHours(1).ToUnixTimeSeconds();
        File.WriteAllText(token, string.Create(
            CultureInfo.InvariantCulture,
            $"{Base64Url.EncodeToString("""{"alg":"RS256"}"""u8)}."
                + $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"sub":"mirror","iat":1,"exp":{{until}}}"""))}."
                + $"{TokenSignature}"));
        Dictionary<string, Dictionary<string, string>> clusters = new()
        {
            ["CA"] = With("SASL_SSL PLAIN", ("ssl.truststore.location", _secured.PathOf("target", "trust.pem"))),
            ["NAME"] = With("SASL_SSL PLAIN",
                ("bootstrap.servers", _secured.Servers("source", "SASL_SSL").Replace("127.0.0.1", "localhost", StringComparison.Ordinal))),
            ["CERTIFICATE"] = With("SSL", ("ssl.keystore.location", ""), ("ssl.keystore.type", "JKS")),
            ["NOTLS"] = With("SASL_SSL PLAIN", ("bootstrap.servers", _secured.Servers("source", "SASL_PLAINTEXT"))),
            ["NOLOGIN"] = With("SASL_PLAINTEXT PLAIN", ("bootstrap.servers", _secured.Servers("source", "PLAINTEXT"))),
            ["MECHANISM"] = With("SASL_PLAINTEXT PLAIN", ("bootstrap.servers", _secured.Servers("source", "SCRAM"))),
            ["PASSWORD"] = _secured.Lines("source", "SASL_SSL PLAIN", Wrong),
            ["SCRAM"] = _secured.Lines("source", "SASL_PLAINTEXT SCRAM-SHA-256", $"${{file:{secrets}:password}}"),
            ["EXPIRED"] = With("SASL_SSL PLAIN", ("bootstrap.servers", _secured.Servers("source", "EXPIRED"))),
            ["TOKEN"] = Token($"file:{token}"),
            ["REFUSING"] = Token($"http://{refusing}/token"),
            ["SILENT"] = Token($"http://{silent}/token"),
        };
        return new FlowFile
        {
            Clusters = clusters.ToDictionary(cluster => cluster.Key, cluster => cluster.Value["bootstrap.servers"])
                .Append(new("T", _secured.Servers("target", "SASL_SSL"))).ToDictionary(),
            Flows = [.. clusters.Keys.Select(alias => $"{alias}->T")],
            Settings = new Dictionary<string, string>(
                [
                    new("config.providers", "file"), new("config.providers.file.class",
                        "org.apache.kafka.common.config.provider.FileConfigProvider"), new("emit.heartbeats.enabled", "false"),
                    .. clusters.Append(new("T", _secured.Lines("target", "SASL_SSL SCRAM-SHA-512")))
                        .SelectMany(cluster => cluster.Value.Select(line => KeyValuePair.Create($"{cluster.Key}.{line.Key}", line.Value))),
                ]),
        };
    }

    /// <summary>What is wrong without any cluster being asked.</summary>
    private FlowFile Mistaken()
    {
        const string Plain = "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"mirror\" password=\"" + Wrong
            + "\"";
        Dictionary<string, Dictionary<string, string>> clusters = new()
        {
            ["TYPE"] = With("SSL", ("ssl.truststore.type", "JKS"), ("ssl.key.password", Store)),
            ["PASSWORD"] = With("SASL_SSL PLAIN", ("ssl.truststore.password", Store)),
            ["GONE"] = With("SASL_SSL PLAIN", ("ssl.truststore.location", "/no/such/file")),
            ["CUT"] = With("SASL_SSL PLAIN", ("ssl.truststore.location", ""),
                ("ssl.truststore.certificates", "-----BEGIN CERTIFICATE-----")),
            ["JAAS"] = With("SASL_SSL PLAIN", ("sasl.jaas.config", Plain)),
            ["MECHANISM"] = With("SASL_SSL PLAIN", ("sasl.jaas.config", Plain + ";"), ("sasl.mechanism", "GSSAPI")),
            ["KEY"] = With("SSL", ("ssl.keystore.location", ""), ("ssl.keystore.key", Store)),
        };
        return new FlowFile
        {
            Clusters = clusters.Keys.Append("T").ToDictionary(alias => alias, _ => "localhost:1"),
            Flows = [.. clusters.Keys.Select(alias => $"{alias}->T")],
            Settings = clusters.SelectMany(cluster =>
                cluster.Value.Select(line => KeyValuePair.Create($"{cluster.Key}.{line.Key}", line.Value))).ToDictionary(),
        };
    }

    private Dictionary<string, string> Token(string url) => With(
        "SASL_SSL OAUTHBEARER",
        ("sasl.login.callback.handler.class", "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler"),
        ("sasl.oauthbearer.token.endpoint.url", url),
        ("sasl.login.read.timeout.ms", "500"), ("sasl.login.retry.backoff.max.ms", "300"),
        ("sasl.jaas.config",
            $"org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required clientId=\"mirror\" clientSecret=\"{Wrong}\";"));

    private Dictionary<string, string> With(string way, params (string Key, string Value)[] instead)
    {
        var lines = _secured.Lines("source", way);
        foreach (var (key, value) in instead)
        {
            lines[key] = value;
        }

        return lines.Where(line => line.Value.Length > 0).ToDictionary();
    }

    private static void Check(HeliostatOutcome outcome) => Check(outcome.Output + outcome.Errors);

    private static void Check(string said)
    {
        Canaries.StayHidden(said, SecuredClusters.Password, Wrong, Store, Provided);
        Assert.DoesNotContain(TokenSignature, said, StringComparison.Ordinal);
    }

    [GeneratedRegex("metrics at (http://[^ ]+)/metrics")]
    private static partial Regex Address();
}

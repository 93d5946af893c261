using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Heliostat.Scenarios.RealKafka;
using Heliostat.Testing.Certificates;
using Heliostat.Testing.Links;

namespace Heliostat.Scenarios.Secured;

/// <summary>
/// The recipes of docs/security.md mirror, from a port that is secured as theirs, where one can be had: no KDC. Only names, addresses and,
/// where the system's trust is meant, what is trusted are the test's.
/// </summary>
public sealed class RecipeTests : IDisposable
{
    private static readonly CancellationToken Ct = CancellationToken.None;

    private readonly SecurityRecipes _recipes = new();

    /// <summary>AWS's settings, which only its recipe looks at: an access key is a user of the clusters.</summary>
    public RecipeTests() => Aws("mirror", SecuredClusters.Password, "eu-central-1");

    public void Dispose()
    {
        Aws(null, null, null);
        _recipes.Dispose();
    }

    [Fact]
    public async Task Each_recipe_mirrors()
    {
        await using var secured = await SecuredClusters.StartEmbeddedAsync(Ct);
        await using var endpoint = new RawServer(_ => Answer(), hangsUp: true);
        _recipes.WriteKeys(secured.AuthorityOf("source"));
        var topic = ClusterPair.Name("t");
        await secured.Pair.Source.Client.CreateTopicAsync(topic, 1, null, Ct);
        await secured.Pair.Source.Client.GenerateAsync(topic, new() { Count = 100, Partitions = 1 }, Ct);
        var number = 0;
        foreach (var recipe in _recipes.Read().Where(recipe => !recipe.Contains("Krb5", StringComparison.Ordinal)).SelectMany(Ways))
        {
            var consumer = Lines(recipe, secured, endpoint.Address);
            await using var mirror = MirrorMaker.Start(secured.Pair, topic, new MirrorSettings { Consumer = consumer });
            await secured.Pair.CommittedAsync(mirror, topic, Ct);
            Assert.Equal(0, await mirror.StopAsync(Ct));
            number++;
            Assert.Equal(100L * number, (await secured.Pair.Target.Client.EndOffsetsAsync(topic, Ct)).Sum());
        }

        Assert.Equal(8, number);
    }

    /// <summary>Amazon's IAM is to be had through OAUTHBEARER too.</summary>
    private static IEnumerable<string> Ways(string recipe) => !recipe.Contains("AWS_MSK_IAM", StringComparison.Ordinal)
        ? [recipe]
        : [recipe, recipe.Replace("sasl.mechanism=AWS_MSK_IAM", "sasl.mechanism=OAUTHBEARER", StringComparison.Ordinal)
            .Replace("software.amazon.msk.auth.iam.IAMLoginModule", "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule",
                StringComparison.Ordinal)
            .Replace("sasl.client.callback.handler.class=software.amazon.msk.auth.iam.IAMClientCallbackHandler",
                "sasl.login.callback.handler.class=software.amazon.msk.auth.iam.IAMOAuthBearerLoginCallbackHandler",
                StringComparison.Ordinal)];

    private static void Aws(string? key, string? secret, string? region)
    {
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", key);
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", secret);
        Environment.SetEnvironmentVariable("AWS_REGION", region);
    }

    private static byte[] Answer()
    {
        var until = TimeProvider.System.GetUtcNow().AddHours(1).ToUnixTimeSeconds();
        var claims = string.Create(CultureInfo.InvariantCulture, $$"""{"sub":"mirror","iat":1,"exp":{{until}}}""");
        var body =
            $$"""{"access_token":"{{Base64Url.EncodeToString("""{"alg":"none"}"""u8)}}.{{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}}."}""";
        return Encoding.ASCII.GetBytes(
            $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}");
    }

    private Dictionary<string, string> Lines(string recipe, SecuredClusters secured, string endpoint)
    {
        var here = recipe.Replace("https://login.example.com/oauth2", $"http://{endpoint}", StringComparison.Ordinal);
        foreach (var (name, value) in (ReadOnlySpan<(string, string)>)[("API_KEY", "mirror"), ("API_SECRET", SecuredClusters.Password),
            ("CLIENT_SECRET", "secret"), ("MSK_PASSWORD", SecuredClusters.Password), ("EVENT_HUBS_CONNECTION", SecuredClusters.Password)])
        {
            here = here.Replace($"${{env:{name}}}", $"${{dir:{_recipes.File("env")}:{name}}}", StringComparison.Ordinal);
            _recipes.Write($"env/{name}", Encoding.UTF8.GetBytes(value));
        }

        var lines = here.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split('=', 2)).ToDictionary(line => line[0], line => line[1]);
        if (lines.GetValueOrDefault("config.providers") == "env")
        {
            lines["config.providers"] = "dir";
            lines["config.providers.dir.class"] = "org.apache.kafka.common.config.provider.DirectoryConfigProvider";
            lines.Remove("config.providers.env.class");
        }

        if (lines["security.protocol"] == "SASL_SSL")
        {
            lines["ssl.truststore.type"] = "PEM";
            lines["ssl.truststore.location"] = secured.PathOf("source", "trust.pem");
        }

        lines["bootstrap.servers"] = secured.Servers("source", lines["security.protocol"]);
        return lines;
    }
}

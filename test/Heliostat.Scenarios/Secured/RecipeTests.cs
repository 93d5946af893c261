using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;
using Heliostat.Scenarios.RealKafka;
using Heliostat.Testing;
using Heliostat.Testing.Links;

namespace Heliostat.Scenarios.Secured;

/// <summary>
/// The recipes of docs/security.md mirror, from a port that is secured as theirs, where one can be had: not AWS's own login, and no KDC. Only names, addresses and, where the system's trust is
/// meant, what is trusted are the test's.
/// </summary>
public sealed partial class RecipeTests : IDisposable
{
    private static readonly CancellationToken Ct = CancellationToken.None;

    private readonly TemporaryFolder _folder = new("recipes");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Each_recipe_mirrors()
    {
        await using var secured = await SecuredClusters.StartEmbeddedAsync(Ct);
        await using var endpoint = new RawServer(_ => Answer(), hangsUp: true);
        Prepare(secured);
        var topic = ClusterPair.Name("t");
        await secured.Pair.Source.Client.CreateTopicAsync(topic, 1, null, Ct);
        await secured.Pair.Source.Client.GenerateAsync(topic, new() { Count = 100, Partitions = 1 }, Ct);
        var number = 0;
        foreach (var recipe in Block.Matches(await File.ReadAllTextAsync(Page(), Ct)).Select(block => block.Groups[1].Value).Where(recipe => !recipe.Contains("AWS_MSK_IAM", StringComparison.Ordinal) && !recipe.Contains("Krb5", StringComparison.Ordinal)))
        {
            var consumer = Lines(recipe, secured, endpoint.Address);
            await using var mirror = MirrorMaker.Start(secured.Pair, topic, new MirrorSettings { Consumer = consumer });
            await secured.Pair.CommittedAsync(mirror, topic, Ct);
            Assert.Equal(0, await mirror.StopAsync(Ct));
            number++;
            Assert.Equal(100L * number, (await secured.Pair.Target.Client.EndOffsetsAsync(topic, Ct)).Sum());
        }

        Assert.Equal(6, number);
    }

    private static byte[] Answer()
    {
        var until = TimeProvider.System.GetUtcNow().AddHours(1).ToUnixTimeSeconds();
        var claims = string.Create(CultureInfo.InvariantCulture, $$"""{"sub":"mirror","iat":1,"exp":{{until}}}""");
        var body = $$"""{"access_token":"{{Base64Url.EncodeToString("""{"alg":"none"}"""u8)}}.{{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}}."}""";
        return Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}");
    }

    private static string Page()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Heliostat.slnx")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("Heliostat.slnx is in no folder above the tests");
        }

        return Path.Combine(folder.FullName, "docs", "security.md");
    }

    private Dictionary<string, string> Lines(string recipe, SecuredClusters secured, string endpoint)
    {
        var here = recipe.Replace("/etc/heliostat", _folder.File(""), StringComparison.Ordinal).Replace("https://login.example.com/oauth2", $"http://{endpoint}", StringComparison.Ordinal);
        foreach (var (name, value) in (ReadOnlySpan<(string, string)>)[("API_KEY", "mirror"), ("API_SECRET", SecuredClusters.Password), ("CLIENT_SECRET", "secret"), ("MSK_PASSWORD", SecuredClusters.Password), ("EVENT_HUBS_CONNECTION", SecuredClusters.Password)])
        {
            here = here.Replace($"${{env:{name}}}", $"${{dir:{_folder.File("env")}:{name}}}", StringComparison.Ordinal);
            Write($"env/{name}", Encoding.UTF8.GetBytes(value));
        }

        var lines = here.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('=', 2)).ToDictionary(line => line[0], line => line[1]);
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

    /// <summary>What the recipes name, under the test's own folder.</summary>
    private void Prepare(SecuredClusters secured)
    {
        const string Store = "store-password";
        var root = secured.AuthorityOf("source");
        using var user = root.Issue("CN=mirror");
        using var key = user.GetECDsaPrivateKey()!;
        using var authority = X509CertificateLoader.LoadCertificate(root.Certificate.RawData);
        Write("ca/ca.p12", new X509Certificate2Collection(authority).Export(X509ContentType.Pfx, Store)!);
        Write("ca/ca.password", Encoding.UTF8.GetBytes(Store));
        Write("user/user.p12", user.Export(X509ContentType.Pfx, Store));
        Write("user/user.password", Encoding.UTF8.GetBytes(Store));
        Write("aiven/ca.pem", Encoding.UTF8.GetBytes(root.Certificate.ExportCertificatePem()));
        Write("aiven/service.cert", Encoding.UTF8.GetBytes(user.ExportCertificatePem()));
        Write("aiven/service.key", Encoding.UTF8.GetBytes(key.ExportPkcs8PrivateKeyPem()));
    }

    private void Write(string name, byte[] content)
    {
        var path = _folder.File(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
    }

    [GeneratedRegex("```properties\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block { get; }
}

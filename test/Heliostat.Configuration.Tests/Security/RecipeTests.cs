using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;
using Heliostat.Client;
using Heliostat.Client.Authentication.AwsMsk;
using Heliostat.Client.Authentication.Kerberos;
using Heliostat.Client.Authentication.OAuthBearer;
using Heliostat.Client.Authentication.Plain;
using Heliostat.Client.Authentication.Scram;
using Heliostat.Configuration.Dialects;
using Heliostat.Configuration.Dialects.MirrorMaker2;
using Heliostat.Configuration.Files;
using Heliostat.Testing;
using Heliostat.Testing.Certificates;

namespace Heliostat.Configuration.Tests.Security;

/// <summary>Every recipe of docs/security.md is a file that can be started with, alone and within a file of MirrorMaker 2.</summary>
public sealed partial class RecipeTests : IDisposable
{
    private const string Password = "store-password";

    private readonly TemporaryFolder _folder = new("recipes");
    private readonly TestAuthority _root = TestAuthority.Root();

    public void Dispose()
    {
        _root.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Each_recipe_can_be_started_with()
    {
        Prepare();
        var recipes = Block.Matches(File.ReadAllText(Page())).Select(block => block.Groups[1].Value.Replace("/etc/heliostat", _folder.File(""), StringComparison.Ordinal)).ToList();

        var read = recipes.ConvertAll(Read);

        Assert.Equal(
            [typeof(PlainOptions), typeof(OAuthBearerOptions), typeof(MskIamOptions), typeof(ScramOptions), null, null, typeof(PlainOptions), typeof(GssapiOptions)],
            read.Select(security => security.Sasl?.GetType()));
        Assert.All(read, security => Assert.NotNull(security.Tls));
        Assert.Equal("$ConnectionString", Assert.IsType<PlainOptions>(read[6].Sasl).Username);
        Assert.True(read[4].Tls!.Key.IsNamed);
        Assert.True(read[5].Tls!.Key.IsNamed);
        Assert.All(recipes, recipe => Assert.Empty(WithinMirrorMaker2(recipe)));
    }

    private static string? Variable(string name) => name is "API_KEY" or "API_SECRET" or "CLIENT_SECRET" or "MSK_PASSWORD" ? "value"
        : name == "EVENT_HUBS_CONNECTION" ? "Endpoint=sb://demo.servicebus.windows.net/;SharedAccessKeyName=mirror;SharedAccessKey=abc=" : null;

    private static string Page()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Heliostat.slnx")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("Heliostat.slnx is in no folder above the tests");
        }

        return Path.Combine(folder.FullName, "docs", "security.md");
    }

    private static IReadOnlyList<ConfigurationProblem> WithinMirrorMaker2(string recipe)
    {
        var lines = recipe.Split('\n').Select(line => line.StartsWith("config.providers", StringComparison.Ordinal) || line.Length == 0 ? line : "A." + line);
        var text = $"clusters = A, B\nB.bootstrap.servers = b:1\nA->B.enabled = true\n{string.Join('\n', lines)}";
        return MirrorMaker2Configuration.Of(JavaProperties.Parse(Encoding.Latin1.GetBytes(text), "mm2.properties"), "mm2.properties", [], Variable).Errors;
    }

    private SecurityOptions Read(string recipe)
    {
        var file = _folder.File("recipe.properties");
        File.WriteAllText(file, recipe);
        return ClientFile.Read(file, "source", Variable).Security;
    }

    /// <summary>What the recipes name, under the test's own folder.</summary>
    private void Prepare()
    {
        using var user = _root.Issue("CN=mirror");
        using var key = user.GetECDsaPrivateKey()!;
        using var authority = X509CertificateLoader.LoadCertificate(_root.Certificate.RawData);
        Write("ca/ca.p12", new X509Certificate2Collection(authority).Export(X509ContentType.Pfx, Password)!);
        Write("ca/ca.password", Encoding.UTF8.GetBytes(Password));
        Write("user/user.p12", user.Export(X509ContentType.Pfx, Password));
        Write("user/user.password", Encoding.UTF8.GetBytes(Password));
        Write("aiven/ca.pem", Encoding.UTF8.GetBytes(_root.Certificate.ExportCertificatePem()));
        Write("aiven/service.cert", Encoding.UTF8.GetBytes(user.ExportCertificatePem()));
        Write("aiven/service.key", Encoding.UTF8.GetBytes(key.ExportPkcs8PrivateKeyPem()));
        Write("one/ca.pem", Encoding.UTF8.GetBytes(_root.Certificate.ExportCertificatePem()));
        Write("one/mirror.keytab", Keytab("mirror", "ONE.TEST"));
    }

    private void Write(string name, byte[] content)
    {
        var path = _folder.File(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
    }

    /// <summary>Version 0x0502, one entry of one component.</summary>
    private static byte[] Keytab(string name, string realm)
    {
        var entry = new List<byte>();
        void Int16(int value) => entry.AddRange([(byte)(value >> 8), (byte)value]);
        void Int32(int value)
        {
            Int16(value >> 16);
            Int16(value);
        }

        void Text(byte[] text)
        {
            Int16(text.Length);
            entry.AddRange(text);
        }

        Int16(1);
        Text(Encoding.UTF8.GetBytes(realm));
        Text(Encoding.UTF8.GetBytes(name));
        Int32(1);
        Int32(0);
        entry.Add(1);
        Int16(18);
        Text(RandomNumberGenerator.GetBytes(32));
        var size = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(size, entry.Count);
        return [5, 2, .. size, .. entry];
    }

    [GeneratedRegex("```properties\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block { get; }
}

using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Heliostat.Client;
using Heliostat.Client.Authentication.AwsMsk;
using Heliostat.Client.Authentication.Kerberos;
using Heliostat.Client.Authentication.OAuthBearer;
using Heliostat.Client.Authentication.Plain;
using Heliostat.Client.Authentication.Scram;
using Heliostat.Configuration.Dialects;
using Heliostat.Configuration.Dialects.MirrorMaker2;
using Heliostat.Configuration.Files;
using Heliostat.Testing.Certificates;

namespace Heliostat.Configuration.Tests.Security;

/// <summary>Every recipe of docs/security.md is a file that can be started with, alone and within a file of MirrorMaker 2.</summary>
public sealed class RecipeTests : IDisposable
{
    private readonly SecurityRecipes _recipes = new();
    private readonly TestAuthority _root = TestAuthority.Root();

    public void Dispose()
    {
        _root.Dispose();
        _recipes.Dispose();
    }

    [Fact]
    public void Each_recipe_can_be_started_with()
    {
        _recipes.WriteKeys(_root);
        _recipes.Write("one/ca.pem", Encoding.UTF8.GetBytes(_root.Certificate.ExportCertificatePem()));
        _recipes.Write("one/mirror.keytab", Keytab("mirror", "ONE.TEST"));
        var recipes = _recipes.Read();

        List<SecurityOptions> read = [.. recipes.Select(Read)];

        Assert.Equal(
            [typeof(PlainOptions), typeof(OAuthBearerOptions), typeof(MskIamOptions), typeof(ScramOptions), null, null,
                typeof(PlainOptions), typeof(GssapiOptions)],
            read.Select(security => security.Sasl?.GetType()));
        Assert.All(read, security => Assert.NotNull(security.Tls));
        Assert.Equal("$ConnectionString", Assert.IsType<PlainOptions>(read[6].Sasl).Username);
        Assert.True(read[4].Tls!.Key.IsNamed);
        Assert.True(read[5].Tls!.Key.IsNamed);
        Assert.All(recipes, recipe => Assert.Empty(WithinMirrorMaker2(recipe)));
    }

    private static string? Variable(string name) => name is "API_KEY" or "API_SECRET" or "CLIENT_SECRET" or "MSK_PASSWORD" ? "value"
        : name == "EVENT_HUBS_CONNECTION"
            ? "Endpoint=sb://demo.servicebus.windows.net/;SharedAccessKeyName=mirror;SharedAccessKey=abc="
            : null;

    private static IReadOnlyList<ConfigurationProblem> WithinMirrorMaker2(string recipe)
    {
        var lines = recipe.Split('\n')
            .Select(line => line.StartsWith("config.providers", StringComparison.Ordinal) || line.Length == 0 ? line : "A." + line);
        var text = $"clusters = A, B\nB.bootstrap.servers = b:1\nA->B.enabled = true\n{string.Join('\n', lines)}";
        return MirrorMaker2Configuration.Of(JavaProperties.Parse(Encoding.Latin1.GetBytes(text), "mm2.properties"), "mm2.properties", [],
            Variable).Errors;
    }

    private SecurityOptions Read(string recipe)
    {
        var file = _recipes.File("recipe.properties");
        File.WriteAllText(file, recipe);
        return ClientFile.Read(file, "source", Variable).Security;
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
}

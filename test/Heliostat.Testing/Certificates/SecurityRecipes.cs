using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;

namespace Heliostat.Testing.Certificates;

/// <summary>The recipes of docs/security.md, and what they name in <c>/etc/heliostat</c> in a folder of the test's own.</summary>
public sealed partial class SecurityRecipes : IDisposable
{
    private readonly TemporaryFolder _folder = new("recipes");

    /// <summary>Each as it stands there, but for the folder.</summary>
    public IReadOnlyList<string> Read() =>
        [.. Block.Matches(System.IO.File.ReadAllText(RepositoryFolder.File("docs/security.md")))
            .Select(block => block.Groups[1].Value.Replace("/etc/heliostat", _folder.File(""), StringComparison.Ordinal))];

    /// <summary>Writes the key of a client and what is trusted, both of <paramref name="root"/>, in every form that recipes name.</summary>
    public void WriteKeys(TestAuthority root)
    {
        const string Password = "store-password";
        using var user = root.Issue("CN=mirror");
        using var key = user.GetECDsaPrivateKey()!;
        using var authority = X509CertificateLoader.LoadCertificate(root.Certificate.RawData);
        Write("ca/ca.p12", new X509Certificate2Collection(authority).Export(X509ContentType.Pfx, Password)!);
        Write("ca/ca.password", Encoding.UTF8.GetBytes(Password));
        Write("user/user.p12", user.Export(X509ContentType.Pfx, Password));
        Write("user/user.password", Encoding.UTF8.GetBytes(Password));
        Write("aiven/ca.pem", Encoding.UTF8.GetBytes(root.Certificate.ExportCertificatePem()));
        Write("aiven/service.cert", Encoding.UTF8.GetBytes(user.ExportCertificatePem()));
        Write("aiven/service.key", Encoding.UTF8.GetBytes(key.ExportPkcs8PrivateKeyPem()));
    }

    public string File(string name) => _folder.File(name);

    public void Write(string name, byte[] content)
    {
        var path = File(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllBytes(path, content);
    }

    public void Dispose() => _folder.Dispose();

    [GeneratedRegex("```properties\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block { get; }
}

using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Heliostat.Client.Authentication;
using Heliostat.Client.Authentication.OAuthBearer.Assertions;
using Heliostat.Testing;
using Heliostat.Transport.Security;

namespace Heliostat.Client.Tests.Authentication.OAuthBearer;

public sealed class AssertionTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly TemporaryFolder _folder = new("assertions");

    [Fact]
    public void RS256_signs_header_and_claims()
    {
        using var key = RSA.Create(2048);
        File.WriteAllText(_folder.File("key"), key.ExportPkcs8PrivateKeyPem());

        var parts = Make(new AssertionOptions
        {
            PrivateKeyFile = _folder.File("key"),
            Audience = "https://idp.test",
            Issuer = "mirror",
            Subject = "mirror"
        });

        Assert.Equal("""{"alg":"RS256","typ":"JWT"}""", Decode(parts[0]));
        Assert.Equal("""{"aud":"https://idp.test","iss":"mirror","sub":"mirror","iat":1767323045,"exp":1767323345,"nbf":1767322985}""",
            Decode(parts[1]));
        Assert.True(key.VerifyData(Signed(parts), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1));
    }

    [Fact]
    public void ES256_signs_with_r_and_s_side_by_side()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(_folder.File("key"), key.ExportEncryptedPkcs8PrivateKeyPem("pass",
            new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)));

        var parts = Make(new AssertionOptions
        {
            PrivateKeyFile = _folder.File("key"),
            PrivateKeyPassphrase = new Secret("pass"),
            Algorithm = AssertionAlgorithm.ES256
        });

        Assert.Equal(64, Base64Url.DecodeFromChars(parts[2]).Length);
        Assert.True(key.VerifyData(Signed(parts), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256,
            DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
    }

    [Fact]
    public void A_template_is_what_settings_and_the_clock_write_over()
    {
        using var key = RSA.Create(2048);
        File.WriteAllText(_folder.File("key"), key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(_folder.File("template"),
            """{"header":{"kid":"k1","alg":"none"},"payload":{"iss":"file","tenant":{"id":1},"exp":1}}""");

        var parts = Make(new AssertionOptions
        {
            PrivateKeyFile = _folder.File("key"),
            TemplateFile = _folder.File("template"),
            Issuer = "setting"
        });

        Assert.Equal("""{"kid":"k1","alg":"RS256","typ":"JWT"}""", Decode(parts[0]));
        Assert.Equal("""{"iss":"setting","tenant":{"id":1},"exp":1767323345,"iat":1767323045,"nbf":1767322985}""", Decode(parts[1]));
    }

    [Fact]
    public void Each_assertion_has_an_id_of_its_own_when_asked_for()
    {
        using var key = RSA.Create(2048);
        File.WriteAllText(_folder.File("key"), key.ExportPkcs8PrivateKeyPem());
        var options = new AssertionOptions { PrivateKeyFile = _folder.File("key"), IncludeId = true };

        Assert.Contains("\"jti\":\"", Decode(Make(options)[1]), StringComparison.Ordinal);
        Assert.NotEqual(Make(options)[1], Make(options)[1]);
    }

    [Theory]
    [InlineData("[]", AssertionAlgorithm.RS256, "is not JSON with the objects 'header' and 'payload'", false)]
    [InlineData("{\"header\":1}", AssertionAlgorithm.RS256, "is not JSON with the objects 'header' and 'payload'", true)]
    [InlineData("canary", AssertionAlgorithm.RS256, "is not JSON with the objects 'header' and 'payload'", true)]
    [InlineData(null, AssertionAlgorithm.ES256, "does not fit sasl.oauthbearer.assertion.algorithm=ES256", true)]
    public void What_cannot_be_signed_says_why(string? template, AssertionAlgorithm algorithm, string says, bool fails)
    {
        using var key = RSA.Create(2048);
        File.WriteAllText(_folder.File("key"), key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(_folder.File("template"), template);
        var options = new AssertionOptions
        {
            PrivateKeyFile = _folder.File("key"),
            TemplateFile = template is null ? null : _folder.File("template"),
            Algorithm = algorithm
        };

        var failure = Record.Exception(() => Make(options));

        Assert.Equal(fails, failure is SaslException);
        Assert.True(failure is null || failure.Message.Contains(says, StringComparison.Ordinal));
        Assert.DoesNotContain("canary", failure?.ToString() ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "the key of KEY is encrypted: sasl.oauthbearer.assertion.private.key.passphrase is missing")]
    [InlineData("canary", "the key of KEY does not open with sasl.oauthbearer.assertion.private.key.passphrase")]
    public void A_key_that_does_not_open_names_the_setting(string passphrase, string says)
    {
        using var key = RSA.Create(2048);
        File.WriteAllText(_folder.File("key"), key.ExportEncryptedPkcs8PrivateKeyPem("pass",
            new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)));

        var failure = Assert.Throws<SaslException>(() =>
            Make(new AssertionOptions { PrivateKeyFile = _folder.File("key"), PrivateKeyPassphrase = new Secret(passphrase) }));

        Assert.Contains(says.Replace("KEY", _folder.File("key"), StringComparison.Ordinal), failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", failure.ToString(), StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private string[] Make(AssertionOptions options) => new AssertionMaker(options, _time).Make().Reveal().Split('.');

    private static byte[] Signed(string[] parts) => Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}");

    private static string Decode(string part) => Encoding.UTF8.GetString(Base64Url.DecodeFromChars(part));
}

using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Heliostat.Testing;
using Heliostat.Transport.Security;
using Heliostat.Transport.Security.Stores;

namespace Heliostat.Transport.Tests.Security.Stores;

public sealed class KeyStoreTests
{
    private readonly ManualTimeProvider _time = new();

    /// <summary>The files live from the day they were made for a hundred years.</summary>
    public KeyStoreTests()
    {
        _time.Advance(TimeSpan.FromDays(3650));
    }

    [Theory]
    [InlineData("client.jks", "JKS", "CN=mirror, O=Heliostat")]
    [InlineData("client.jks", "PKCS12", "CN=mirror, O=Heliostat")]
    [InlineData("client.p12", "PKCS12", "CN=mirror, O=Heliostat")]
    [InlineData("client.p12", "JKS", "CN=mirror, O=Heliostat")]
    [InlineData("client.keytool.p12", "JKS", "CN=mirror, O=Heliostat")]
    [InlineData("client.legacy.p12", "JKS", "CN=mirror, O=Heliostat")]
    [InlineData("ec.p12", "JKS", "CN=mirror-ec, O=Heliostat")]
    public void A_binary_store_gives_key_and_chain(string file, string type, string subject)
    {
        var store = Load(new KeyStoreOptions
        {
            Location = StoreFiles.Path(file),
            Password = StoreFiles.Store,
            KeyPassword = StoreFiles.Key,
            Type = type
        });

        Assert.Equal(subject, store.Certificate.Subject);
        Assert.Equal("CN=Test Intermediate, O=Heliostat", Assert.Single(store.Chain).Subject);
        AssertSigns(store.Certificate);
    }

    [Fact]
    public void A_JKS_key_without_a_password_of_its_own_opens_with_the_stores()
    {
        var store = Load(new KeyStoreOptions { Location = StoreFiles.Path("ec.jks"), Password = StoreFiles.Store });

        Assert.Equal("CN=mirror-ec, O=Heliostat", store.Certificate.Subject);
        AssertSigns(store.Certificate);
    }

    [Theory]
    [InlineData("client.key", "client.chain.pem", "")]
    [InlineData("client.pkcs1.key", "client.chain.pem", "")]
    [InlineData("client.pbes1.key", "client.chain.pem", "key-pass")]
    [InlineData("client.pbes2.key", "client.chain.pem", "key-pass")]
    [InlineData("ec.key", "ec.chain.pem", "")]
    [InlineData("ec.sec1.key", "ec.chain.pem", "")]
    [InlineData("ec.pbes2.key", "ec.chain.pem", "key-pass")]
    public void PEM_keys_of_every_form_are_read(string key, string chain, string password)
    {
        var store = Load(new KeyStoreOptions
        {
            Type = "PEM",
            Key = new Secret(StoreFiles.Text(key)),
            CertificateChain = new Secret(StoreFiles.Text(chain)),
            KeyPassword = new Secret(password),
        });

        Assert.Single(store.Chain);
        AssertSigns(store.Certificate);
    }

    [Fact]
    public void A_PEM_file_holds_key_and_chain_in_any_order()
    {
        using var folder = new TemporaryFolder("pem");
        File.WriteAllText(folder.File("both.pem"),
            StoreFiles.Text("mid.pem") + StoreFiles.Text("client.pbes2.key") + StoreFiles.Text("client.pem"));

        var store = Load(new KeyStoreOptions { Type = "PEM", Location = folder.File("both.pem"), KeyPassword = StoreFiles.Key });

        Assert.Equal("CN=mirror, O=Heliostat", store.Certificate.Subject);
        Assert.Equal("CN=Test Intermediate, O=Heliostat", Assert.Single(store.Chain).Subject);
        AssertSigns(store.Certificate);
    }

    [Theory]
    [InlineData("client.jks", "wrong", "key-pass", "ssl.keystore.password",
        "does not open with ssl.keystore.password, or was tampered with")]
    [InlineData("client.jks", "store-pass", "wrong", "ssl.key.password", "the key 'client' of")]
    [InlineData("client.jks", "store-pass", "", "ssl.keystore.password", "does it have a password of its own (ssl.key.password)?")]
    [InlineData("client.jks", "", "key-pass", "ssl.keystore.password", "ssl.keystore.location is set, and ssl.keystore.password is not")]
    [InlineData("client.p12", "wrong", "", "ssl.keystore.password", "does not open with ssl.keystore.password")]
    [InlineData("trust.jks", "store-pass", "", "ssl.keystore.location", "holds no private key: is it the trust store?")]
    [InlineData("trust.p12", "store-pass", "", "ssl.keystore.location", "holds no private key: is it the trust store?")]
    [InlineData("client.jceks", "store-pass", "", "ssl.keystore.location", "is a JCEKS store")]
    [InlineData("client.key", "store-pass", "", "ssl.keystore.type", "set ssl.keystore.type=PEM")]
    public void What_does_not_open_says_which_setting_to_look_at(string file, string password, string keyPassword, string key, string says)
    {
        var failure = Assert.Throws<StoreException>(() => Load(new KeyStoreOptions
        {
            Location = StoreFiles.Path(file),
            Password = new Secret(password),
            KeyPassword = new Secret(keyPassword),
        }));

        Assert.Equal(key, failure.Key);
        Assert.Contains(says, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("client.pbes2.key", "client.chain.pem", "", "ssl.key.password", "is encrypted: ssl.key.password is missing")]
    [InlineData("client.pbes2.key", "client.chain.pem", "wrong", "ssl.key.password", "does not open with ssl.key.password")]
    [InlineData("client.pkcs1-encrypted.key", "client.chain.pem", "key-pass", "ssl.keystore.key", "openssl pkcs8 -topk8")]
    [InlineData("ed25519.key", "client.chain.pem", "", "ssl.keystore.key", "of the algorithm 1.3.101.112: RSA and EC are read")]
    [InlineData("ec.key", "client.chain.pem", "", "ssl.keystore.certificate.chain",
        "does not belong to the certificate of CN=mirror, O=Heliostat")]
    [InlineData("client.chain.pem", "client.chain.pem", "", "ssl.keystore.key", "holds no private key, where exactly one is needed")]
    [InlineData("client.key", "client.key", "", "ssl.keystore.certificate.chain", "holds no certificate")]
    public void Inline_PEM_that_does_not_fit_says_which_setting_to_look_at(string key, string chain, string password, string settingKey,
        string says)
    {
        var failure = Assert.Throws<StoreException>(() => Load(new KeyStoreOptions
        {
            Type = "PEM",
            Key = new Secret(StoreFiles.Text(key)),
            CertificateChain = new Secret(StoreFiles.Text(chain)),
            KeyPassword = new Secret(password),
        }));

        Assert.Equal(settingKey, failure.Key);
        Assert.Contains(says, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, false, "ssl.keystore.certificate.chain is not")]
    [InlineData(false, true, "ssl.keystore.key is not")]
    public void Key_and_chain_need_each_other(bool hasKey, bool hasChain, string says)
    {
        var failure = Assert.Throws<StoreException>(() => Load(new KeyStoreOptions
        {
            Type = "PEM",
            Key = new Secret(hasKey ? StoreFiles.Text("client.key") : ""),
            CertificateChain = new Secret(hasChain ? StoreFiles.Text("client.chain.pem") : ""),
        }));

        Assert.Contains(says, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void A_key_that_others_may_read_is_worth_a_warning()
    {
        using var folder = new TemporaryFolder("modes");
        var file = folder.File("client.jks");
        File.Copy(StoreFiles.Path("client.jks"), file);
        var options = new KeyStoreOptions { Location = file, Password = StoreFiles.Store, KeyPassword = StoreFiles.Key };

        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Assert.Empty(Load(options).Warnings);

        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        Assert.Equal($"{file} holds a private key, and others than its owner may read it: chmod 600",
            Assert.Single(Load(options).Warnings));
    }

    [Fact]
    public void Every_byte_of_a_JKS_store_counts()
    {
        var good = File.ReadAllBytes(StoreFiles.Path("client.jks"));

        for (var at = 4; at < good.Length; at += 7)
        {
            var bad = good.ToArray();
            bad[at] ^= 0x40;
            Assert.False(JksReader.IsIntact(bad, StoreFiles.Store));
            Tolerate(bad);
            Tolerate(good[..at]);
        }
    }

    [Fact]
    public void Secrets_are_in_no_record_and_no_exception()
    {
        var options = new KeyStoreOptions
        {
            Location = StoreFiles.Path("client.jks"),
            Password = new Secret("canary-one"),
            KeyPassword = new Secret("canary-two"),
            Key = new Secret("canary-three"),
        };
        var failure = Assert.Throws<StoreException>(() => Load(options with { Key = default }));

        Assert.DoesNotContain("canary", options.ToString() + failure, StringComparison.Ordinal);
    }

    private static void Tolerate(byte[] bytes)
    {
        try
        {
            JksReader.Read(bytes);
        }
        catch (InvalidDataException)
        {
            // The only exception that hostile bytes may give.
        }
    }

    private static void AssertSigns(X509Certificate2 certificate)
    {
        var data = Encoding.ASCII.GetBytes("signed");
        if (certificate.GetRSAPrivateKey() is { } rsa)
        {
            using var publicKey = certificate.GetRSAPublicKey()!;
            Assert.True(publicKey.VerifyData(data, rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
                HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
            return;
        }

        using var ec = certificate.GetECDsaPrivateKey()!;
        using var ecPublic = certificate.GetECDsaPublicKey()!;
        Assert.True(ecPublic.VerifyData(data, ec.SignData(data, HashAlgorithmName.SHA256), HashAlgorithmName.SHA256));
    }

    private KeyStore Load(KeyStoreOptions options) => KeyStore.Load(options, _time);
}

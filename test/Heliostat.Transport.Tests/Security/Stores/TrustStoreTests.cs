using Heliostat.Testing;
using Heliostat.Transport.Security;
using Heliostat.Transport.Security.Stores;

namespace Heliostat.Transport.Tests.Security.Stores;

public sealed class TrustStoreTests
{
    private readonly ManualTimeProvider _time = new();

    /// <summary>The files live from the day they were made for a hundred years.</summary>
    public TrustStoreTests()
    {
        _time.Advance(TimeSpan.FromDays(3650));
    }

    [Theory]
    [InlineData("trust.jks", "JKS")]
    [InlineData("trust.jks", "PKCS12")]
    [InlineData("trust.p12", "PKCS12")]
    [InlineData("trust.p12", "JKS")]
    [InlineData("trust.p12", "pkcs12")]
    public void A_binary_store_is_read_for_what_it_is(string file, string type)
    {
        var store = Load(new TrustStoreOptions { Location = StoreFiles.Path(file), Password = StoreFiles.Store, Type = type });

        Assert.Equal(["CN=Test Intermediate, O=Heliostat", "CN=Test Root, O=Heliostat"],
            store.Certificates.Select(certificate => certificate.Subject).Order());
        Assert.Equal(StoreFiles.Path(file), store.Source);
        Assert.Empty(store.Warnings);
    }

    [Fact]
    public void PKCS12_trust_made_by_OpenSSL_counts_although_Java_sees_nothing_in_it() =>
        Assert.Equal("CN=Test Root, O=Heliostat", Assert.Single(Load(new TrustStoreOptions
        {
            Location = StoreFiles.Path("trust.openssl.p12"),
            Password = StoreFiles.Store
        }).Certificates).Subject);

    [Fact]
    public void JKS_trust_opens_without_a_password() =>
        Assert.Equal(2, Load(new TrustStoreOptions { Location = StoreFiles.Path("trust.jks") }).Certificates.Count);

    [Fact]
    public void PEM_is_read_from_a_file_and_from_the_value()
    {
        var file = Load(new TrustStoreOptions { Type = "PEM", Location = StoreFiles.Path("client.chain.pem") });
        var value = Load(new TrustStoreOptions { Type = "PEM", Certificates = new Secret(StoreFiles.Text("client.chain.pem")) });

        Assert.Equal(2, file.Certificates.Count);
        Assert.Equal(2, value.Certificates.Count);
        Assert.Equal("ssl.truststore.certificates", value.Source);
    }

    [Theory]
    [InlineData("trust.jks", "JKS", "wrong", "ssl.truststore.password", "does not open with ssl.truststore.password")]
    [InlineData("trust.p12", "JKS", "wrong", "ssl.truststore.password", "does not open with ssl.truststore.password")]
    [InlineData("trust.p12", "JKS", "", "ssl.truststore.password", "ssl.truststore.password is missing")]
    [InlineData("client.jceks", "JKS", "store-pass", "ssl.truststore.location", "is a JCEKS store")]
    [InlineData("client.jks", "JKS", "store-pass", "ssl.truststore.location", "holds no trusted certificate")]
    [InlineData("ca.pem", "JKS", "", "ssl.truststore.type", "set ssl.truststore.type=PEM")]
    [InlineData("ca.pem", "PEM", "store-pass", "ssl.truststore.password", "remove ssl.truststore.password")]
    [InlineData("trust.p12", "PEM", "", "ssl.truststore.type", "set ssl.truststore.type=PKCS12")]
    [InlineData("make.sh", "JKS", "", "ssl.truststore.location", "is neither a JKS nor a PKCS12 store nor PEM")]
    [InlineData("client.key", "PEM", "", "ssl.truststore.location", "holds no certificate")]
    [InlineData("nothing.jks", "JKS", "", "ssl.truststore.location", "there is no file")]
    [InlineData("", "JKS", "", "ssl.truststore.location", "is a folder")]
    [InlineData("trust.jks", "BCFKS", "", "ssl.truststore.type", "stores of type BCFKS are not read")]
    public void What_does_not_open_says_which_setting_to_look_at(string file, string type, string password, string key, string says)
    {
        var failure = Assert.Throws<StoreException>(
            () => Load(new TrustStoreOptions { Location = StoreFiles.Path(file), Password = new Secret(password), Type = type }));

        Assert.Equal(key, failure.Key);
        Assert.Contains(says, failure.Message, StringComparison.Ordinal);
        Assert.Contains(StoreFiles.Path(file).TrimEnd('/'), type == "BCFKS" ? StoreFiles.Path(file) : failure.Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("JKS", null, null, "ssl.truststore.type")]
    [InlineData("PEM", "x.pem", null, "ssl.truststore.certificates")]
    [InlineData("PEM", null, "password", "ssl.truststore.certificates")]
    public void Inline_certificates_stand_alone(string type, string? location, string? password, string key)
    {
        var options = new TrustStoreOptions
        {
            Certificates = new Secret(StoreFiles.Text("ca.pem")),
            Type = type,
            Location = location,
            Password = new Secret(password ?? ""),
        };

        Assert.Equal(key, Assert.Throws<StoreException>(() => Load(options)).Key);
    }

    [Fact]
    public void A_password_without_a_location_is_an_error() =>
        Assert.Equal("ssl.truststore.location",
            Assert.Throws<StoreException>(() => Load(new TrustStoreOptions { Password = StoreFiles.Store })).Key);

    [Fact]
    public void Certificates_that_end_within_30_days_are_named_and_those_that_ended()
    {
        var end =
            Load(new TrustStoreOptions { Type = "PEM", Location = StoreFiles.Path("ca.pem") }).Certificates[0].NotAfter.ToUniversalTime();

        _time.Advance(end - _time.GetUtcNow() - TimeSpan.FromDays(30));
        Assert.Empty(LoadRoot().Warnings);

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal($"{StoreFiles.Path("ca.pem")}: about to expire: CN=Test Root, O=Heliostat on {end:yyyy-MM-dd HH:mm}Z",
            Assert.Single(LoadRoot().Warnings));

        _time.Advance(TimeSpan.FromDays(30));
        Assert.Equal($"{StoreFiles.Path("ca.pem")}: expired: CN=Test Root, O=Heliostat since {end:yyyy-MM-dd HH:mm}Z",
            Assert.Single(LoadRoot().Warnings));
    }

    private TrustStore LoadRoot() => Load(new TrustStoreOptions { Type = "PEM", Location = StoreFiles.Path("ca.pem") });

    private TrustStore Load(TrustStoreOptions options) => TrustStore.Load(options, _time);
}

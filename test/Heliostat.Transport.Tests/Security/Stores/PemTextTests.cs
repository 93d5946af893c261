using Heliostat.Transport.Security.Stores;

namespace Heliostat.Transport.Tests.Security.Stores;

public sealed class PemTextTests
{
    private const string Key = "ssl.truststore.certificates";

    private static readonly string Chain = StoreFiles.Text("client.chain.pem");

    public static TheoryData<string> Spellings => new(
        Chain,
        Chain.Replace("\n", "\r\n", StringComparison.Ordinal),
        Chain.Replace('\n', ' '),
        Chain.Replace("\n", "", StringComparison.Ordinal),
        Chain.Replace("\n", "\n\t  ", StringComparison.Ordinal),
        "\uFEFFsubject=CN = mirror\n" + Chain.Replace("-----END CERTIFICATE-----\n",
            "-----END CERTIFICATE-----\nsubject: the next one -- with dashes -\n", StringComparison.Ordinal) + "the end",
        Chain.Replace(" CERTIFICATE-----", " X509 CERTIFICATE-----", StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Spellings))]
    public void A_chain_is_read_however_it_is_spelt(string text)
    {
        var entries = PemText.Parse(text, "value", Key);

        Assert.Equal(2, entries.Count);
        Assert.All(entries, entry => Assert.True(entry.IsCertificate));
        Assert.Equal(["CN=mirror, O=Heliostat", "CN=Test Intermediate, O=Heliostat"],
            Certificates.FromPem(entries, "value", Key).Select(certificate => certificate.Subject));
    }

    [Fact]
    public void A_value_cut_after_its_first_line_says_how_lines_are_continued()
    {
        var failure = Assert.Throws<StoreException>(() => PemText.Parse("-----BEGIN CERTIFICATE-----", Key, Key));

        Assert.Equal(
            "ssl.truststore.certificates ends after its first line, '-----BEGIN CERTIFICATE-----': in a properties file each line of the "
                + "value but the last must end in \\n\\ (or name a file with location)",
            failure.Message);
    }

    [Theory]
    [InlineData("-----BEGIN CERTIFICATE", "holds a BEGIN line that does not end")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n", "without its END line")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END PRIVATE KEY-----", "without its END line")]
    [InlineData("-----BEGIN CERTIFICATE-----\nA%AA\n-----END CERTIFICATE-----", "is not base64")]
    [InlineData("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----", "is not base64")]
    public void Mangled_text_says_what_is_missing(string text, string says) =>
        Assert.Contains(says, Assert.Throws<StoreException>(() => PemText.Parse(text, "value", Key)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_certificate_that_is_none_is_named() =>
        Assert.Equal(
            "a certificate of value is damaged",
            Assert.Throws<StoreException>(() => Certificates.FromPem(
                PemText.Parse("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "value", Key), "value", Key)).Message);

    [Fact]
    public void Text_without_an_entry_holds_none() => Assert.Empty(PemText.Parse("nothing here", "value", Key));
}

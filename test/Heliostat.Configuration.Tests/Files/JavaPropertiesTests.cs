using System.Globalization;
using System.Text;
using Heliostat.Configuration.Files;
using Heliostat.Testing;
using Heliostat.Testing.RealKafka;
using Xunit.Abstractions;

namespace Heliostat.Configuration.Tests.Files;

public sealed class JavaPropertiesTests(ITestOutputHelper output)
{
    private const int Files = 3_000;

    [Theory]
    [InlineData("a=b", "a", "b")]
    [InlineData("a = b", "a", "b")]
    [InlineData("a:b", "a", "b")]
    [InlineData("a b", "a", "b")]
    [InlineData("a\t\f= :b", "a", ":b")]
    [InlineData("  a=b ", "a", "b ")]
    [InlineData("a", "a", "")]
    [InlineData("a==b", "a", "=b")]
    [InlineData("topics=a, b # note", "topics", "a, b # note")]
    [InlineData("topics = foo\\.bar", "topics", "foo.bar")]
    [InlineData("topics = foo\\\\.bar", "topics", "foo\\.bar")]
    [InlineData("a\\ b\\=c=d", "a b=c", "d")]
    [InlineData("a=b\\\n   c", "a", "bc")]
    [InlineData("a=b\\\n\n", "a", "b")]
    [InlineData("a=b\\\n#c", "a", "b#c")]
    [InlineData("a=b\\\\\nc=d", "a", "b\\", "c", "d")]
    [InlineData("#x\n! y\n\n \t\na=b\r\nc=d\re=f", "a", "b", "c", "d", "e", "f")]
    [InlineData("a=\\t\\n\\r\\f\\u0041\\q", "a", "\t\n\r\fAq")]
    [InlineData("a=1\na=2", "a", "2")]
    [InlineData("\u00E9=\u00FF", "\u00E9", "\u00FF")]
    [InlineData("a=b\\", "a", "b")]
    [InlineData("=b", "", "b")]
    [InlineData("\\\n", "", "")]
    [InlineData("\\\r\n")]
    public void A_file_reads_as_in_Java(string content, params string[] pairs)
    {
        var entries = JavaProperties.Parse(Encoding.Latin1.GetBytes(content), "f");

        Assert.Equal(pairs, entries.SelectMany(e => new[] { e.Key, e.Value }));
    }

    [Fact]
    public void Each_pair_knows_the_line_it_starts_on()
    {
        var entries = JavaProperties.Parse("# c\na=1\\\n2\n\nb=3\na=4"u8, "f");

        Assert.Equal([("a", 6), ("b", 5)], entries.Select(e => (e.Key, e.Line)));
    }

    [Fact]
    public void Every_malformed_escape_is_reported_with_its_line()
    {
        var e = Assert.Throws<ConfigurationException>(() => JavaProperties.Parse("a=\\u12\nb=1\nc=\\u00zz"u8, "f.properties"));

        Assert.Equal(["f.properties:1", "f.properties:3"], e.Problems.Select(p => $"{p.File}:{p.Line}"));
        Assert.Equal(@"f.properties:1: malformed \u escape: four hexadecimal digits must follow", e.Problems[0].ToString());
    }

    [Fact]
    public void A_missing_file_is_named_with_its_option()
    {
        using var folder = new TemporaryFolder("properties");

        var missing = Assert.Throws<ConfigurationException>(() => JavaProperties.Load("--consumer.config", folder.File("x")));
        var notAFile = Assert.Throws<ConfigurationException>(() => JavaProperties.Load("--consumer.config", folder.Path));

        Assert.Equal($"--consumer.config: there is no file '{folder.File("x")}'", missing.Message);
        Assert.Equal($"--consumer.config: '{folder.Path}' is a folder, not a file", notAFile.Message);
    }

    [KafkaFact]
    public async Task Random_files_read_as_in_Java()
    {
        var seed = Seed.Next(output);
        var random = new Random(seed);
        var files = Enumerable.Range(0, Files).Select(_ => RandomFile(random)).ToArray();

        var java = await JavaOracle.RunAsync("PropertiesOracle", [], files.Select(Convert.ToHexString), CancellationToken.None);

        for (var i = 0; i < files.Length; i++)
        {
            Assert.True(Read(files[i]) == java[i],
                $"seed {seed}, file {Convert.ToHexString(files[i])}: java {java[i]}, ours {Read(files[i])}");
        }
    }

    private static byte[] RandomFile(Random random)
    {
        const string Characters = "abu=: \t\f\\\\\\\n\r#!0041é";
        return Encoding.Latin1.GetBytes(
            string.Concat(Enumerable.Range(0, random.Next(30)).Select(_ => Characters[random.Next(Characters.Length)])));
    }

    private static string Read(byte[] file)
    {
        try
        {
            var entries = JavaProperties.Parse(file, "f").OrderBy(e => e.Key, StringComparer.Ordinal);
            return ">" + string.Concat(entries.Select(e => $"{Hexadecimal(e.Key)}={Hexadecimal(e.Value)} "));
        }
        catch (ConfigurationException)
        {
            return "E";
        }
    }

    private static string Hexadecimal(string text) =>
        string.Concat(text.Select(c => ((int)c).ToString("X4", CultureInfo.InvariantCulture)));
}

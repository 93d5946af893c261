using System.Globalization;
using Heliostat.Testing;
using Heliostat.Testing.RealKafka;
using Xunit.Abstractions;

namespace Heliostat.Protocol.Tests.Messages.Java;

/// <summary>Every message and version against the Java client's classes: 4.3.1's, and 3.9.1's for the versions that 4.x dropped.</summary>
public sealed class JavaCodecTests(ITestOutputHelper output)
{
    private const int Count = 5;

    [KafkaFact("4.3.1", "3.9.1")]
    public async Task What_Java_writes_is_read_and_written_again_byte_for_byte()
    {
        var seed = Seed.Next(output);
        string[] wanted = [.. Codec.Everything().Select(item => $"{item.Codec.Message.Name} {item.Version}")];
        string[] random = ["random", $"{seed}", $"{Count}"];
        var written = await JavaCodec.RunAsync(KafkaDistribution.Require("4.3.1"), random, wanted, CancellationToken.None);
        var dropped = wanted.Except(written.Select(MessageAndVersion));
        written = [.. written, .. await JavaCodec.RunAsync(KafkaDistribution.Require("3.9.1"), random, dropped, CancellationToken.None)];

        Assert.Equal(wanted.Order(), written.Select(MessageAndVersion).Distinct().Order());
        Assert.All(written, line => Assert.Equal(line, Again(line)));
    }

    [KafkaFact("4.3.1", "3.9.1")]
    public async Task What_we_write_is_read_and_written_again_by_Java_byte_for_byte()
    {
        var random = Seed.New(output);
        string[] ours = [.. Enumerable.Range(0, Count)
            .SelectMany(_ => Codec.Everything()).Select(item => Random(item.Codec, item.Version, random))];
        var newest = await NewestAsync(ours);
        var dropped = ours.Where(line => !newest.Contains(MessageAndVersion(line))).ToArray();
        var current = ours.Except(dropped).ToArray();

        Assert.Equal(current, await JavaCodec.RunAsync(KafkaDistribution.Require("4.3.1"), ["again"], current, CancellationToken.None));
        Assert.Equal(dropped, await JavaCodec.RunAsync(KafkaDistribution.Require("3.9.1"), ["again"], dropped, CancellationToken.None));
    }

    [KafkaFact("4.3.1")]
    public async Task The_errors_are_those_of_Kafka()
    {
        var lines = await JavaCodec.RunAsync(KafkaDistribution.Require("4.3.1"), ["errors"], [], CancellationToken.None);

        Assert.Equal(lines.Length, Enum.GetValues<ErrorCode>().Length);
        foreach (var line in lines)
        {
            var words = line.Split(' ');
            var code = (ErrorCode)short.Parse(words[0], CultureInfo.InvariantCulture);
            Assert.Equal(words[1], code.Name());
            Assert.Equal(words[1].Replace("_", "", StringComparison.Ordinal), $"{code}".ToUpperInvariant());
            Assert.Equal(words.Contains("RetriableException"), code.IsRetriable());
            Assert.Equal(words.Contains("InvalidMetadataException"), code.NeedsNewMetadata());
            Assert.Equal(words.Contains("ApplicationRecoverableException") || words.Contains("InvalidConfigurationException"),
                code.IsFatal());
        }
    }

    private static async Task<HashSet<string>> NewestAsync(string[] lines)
    {
        var kafka = KafkaDistribution.Require("4.3.1");
        var served = await JavaCodec.RunAsync(kafka, ["random", "0", "1"], lines.Select(MessageAndVersion).Distinct(),
            CancellationToken.None);
        return [.. served.Select(MessageAndVersion)];
    }

    private static string Random(Codec codec, short version, Random random) =>
        Line(codec, version, codec.Write(codec.Random(version, random), version));

    private static string Again(string line)
    {
        var words = line.Split(' ');
        var codec = Codec.Of(words[0]);
        var version = short.Parse(words[1], CultureInfo.InvariantCulture);
        var body = codec.New();
        Assert.Equal(0, codec.Read(body, Convert.FromHexString(words[2]), version));
        return Line(codec, version, codec.Write(body, version));
    }

    private static string Line(Codec codec, short version, byte[] bytes) =>
        $"{codec.Message.Name} {version} {Convert.ToHexStringLower(bytes)}";

    private static string MessageAndVersion(string line) => line[..line.LastIndexOf(' ')];
}

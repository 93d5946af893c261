using System.IO.Compression;
using Heliostat.Testing;
using SchemaCheck;

namespace Heliostat.Protocol.Tests.Messages;

/// <summary>The comparison sees what is wrong: a release of one definition, right and then bent.</summary>
public sealed class SchemaCheckTests
{
    private const string Right = """
        // A comment, as Kafka's definitions have them.
        {
          "type": "header", "name": "RequestHeader", "validVersions": "1-2", "flexibleVersions": "2+",
          "fields": [
            { "name": "RequestApiKey", "type": "int16", "versions": "0+" },
            { "name": "RequestApiVersion", "type": "int16", "versions": "0+" },
            { "name": "correlationId", "type": "int32", "versions": "0+" },
            { "name": "ClientId", "type": "string", "versions": "1+", "nullableVersions": "1+", "flexibleVersions": "none" }
          ]
        }
        """;

    [Fact]
    public void The_right_definition_has_no_differences() => Assert.Empty(Differences(Right));

    [Theory]
    [InlineData("\"1-2\"", "\"1-3\"", "newest version")]
    [InlineData("\"2+\"", "\"1+\"", "flexible")]
    [InlineData("RequestApiKey", "ApiKey", "Kafka's ApiKey RequestApiVersion")]
    [InlineData("\"RequestApiKey\", \"type\": \"int16\"", "\"RequestApiKey\", \"type\": \"int32\"",
        "RequestApiKey type: ours int16, Kafka's int32")]
    [InlineData("\"int32\"", "\"int32\", \"default\": \"-1\"", "CorrelationId default: ours 0, Kafka's -1")]
    [InlineData("\"nullableVersions\": \"1+\"", "\"nullableVersions\": \"2+\"", "ClientId nullable: ours True, Kafka's False")]
    [InlineData("\"int32\"", "\"int32\", \"tag\": 4, \"taggedVersions\": \"2+\"",
        "Kafka's RequestApiKey RequestApiVersion ClientId CorrelationId")]
    [InlineData(", \"flexibleVersions\": \"none\"", "", "ClientId type: ours legacy string, Kafka's string")]
    public void A_definition_that_differs_is_reported(string right, string bent, string difference) => Assert.Contains(
        Differences(Right.Replace(right, bent, StringComparison.Ordinal)),
        line => line.Contains(difference, StringComparison.Ordinal));

    private static IReadOnlyList<string> Differences(string definition)
    {
        using var folder = new TemporaryFolder("schema");
        Directory.CreateDirectory(folder.File("libs"));
        using (var jar = ZipFile.Open(Path.Combine(folder.File("libs"), "kafka-clients-9.9.9.jar"), ZipArchiveMode.Create))
        using (var entry = new StreamWriter(jar.CreateEntry("common/message/RequestHeader.json").Open()))
        {
            entry.Write(definition);
        }

        var comparison = new Comparison([KafkaRelease.Open(folder.Path)]);
        comparison.Compare(Message.All.Single(message => message.Name == "RequestHeader"));
        return comparison.Differences;
    }
}

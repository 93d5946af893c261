using Heliostat.Mirroring.Planning;
using Heliostat.Mirroring.Records;
using Heliostat.Mirroring.Topics;
using Heliostat.Protocol.Compression;

namespace Heliostat.Mirroring.Tests.Planning;

public sealed class TopicHazardsTests
{
    [Theory]
    [InlineData("max.message.bytes=5000000", "max.message.bytes=1048588", "the mirror takes smaller batches",
        "t (5,000,000 > 1,048,588 bytes)")]
    [InlineData("max.message.bytes=1000", "max.message.bytes=1048588", null, null)]
    [InlineData("message.timestamp.type=CreateTime", "message.timestamp.type=LogAppendTime", "LogAppendTime on the target", "t")]
    [InlineData("cleanup.policy=delete;retention.ms=-1", "cleanup.policy=delete;retention.ms=604800000", "kept longer",
        "t (for ever > 7 d)")]
    [InlineData("cleanup.policy=delete;retention.ms=604800000", "cleanup.policy=delete;retention.ms=3600000", "kept longer",
        "t (7 d > 60 min)")]
    [InlineData("cleanup.policy=delete;retention.ms=3600000", "cleanup.policy=delete;retention.ms=-1", null, null)]
    [InlineData("cleanup.policy=delete;retention.ms=5", "cleanup.policy=compact;retention.ms=3", null, null)]
    [InlineData("cleanup.policy=delete;retention.bytes=-1", "cleanup.policy=delete;retention.bytes=1000", "kept longer",
        "t (no limit > 1,000 bytes)")]
    [InlineData("message.timestamp.after.max.ms=9223372036854775807", "message.timestamp.after.max.ms=3600000",
        "the target refuses records that are from further", "t (for ever > 60 min)")]
    [InlineData("message.timestamp.before.max.ms=9223372036854775807", "message.timestamp.before.max.ms=1000",
        "the target refuses records that are older", "t (for ever > 1 s)")]
    [InlineData("", "", null, null)]
    public void Each_hazard_is_found_by_the_configs_of_both_sides(string source, string target, string? what, string? topic)
    {
        var hazards = TopicHazards.Of([new TopicFacts(new MirroredTopic("t", "A.t", 1), Configs(source), Configs(target), 1)],
            Topics.Rules.Default(), []).ToList();

        if (what is null)
        {
            Assert.Empty(hazards);
        }
        else
        {
            Assert.StartsWith(what, Assert.Single(hazards).What, StringComparison.Ordinal);
            Assert.Equal([topic!], hazards[0].Topics);
        }
    }

    [Theory]
    [InlineData("message.timestamp.type=LogAppendTime", "", null, OpenReason.LogAppendTime)]
    [InlineData("cleanup.policy=compact,delete", "", null, OpenReason.Holes)]
    [InlineData("max.message.bytes=5000000", "max.message.bytes=1048588", null, OpenReason.TooLarge)]
    [InlineData("compression.type=producer", "", CompressionCodec.Zstd, OpenReason.Recoding)]
    [InlineData("compression.type=zstd", "", CompressionCodec.Zstd, null)]
    [InlineData("cleanup.policy=delete;compression.type=producer", "", null, null)]
    public void What_opens_batches_is_a_value(string source, string target, CompressionCodec? codec, OpenReason? reason)
    {
        var opened = TopicOpenings.Of([new TopicFacts(new MirroredTopic("t", "A.t", 1), Configs(source), Configs(target), 1)], codec);

        Assert.Equal(reason is null ? [] : [(reason.Value, "t")],
            opened.Select(opening => (opening.Reason, Assert.Single(opening.Topics))));
    }

    [Fact]
    public void A_mirror_with_more_partitions_is_named()
    {
        var hazard = Assert.Single(TopicHazards.Of([new TopicFacts(new MirroredTopic("t", "A.t", 2), Configs(""), Configs(""), 5)],
            Topics.Rules.Default(), []));

        Assert.Equal(["t (5 > 2)"], hazard.Topics);
    }

    [Fact]
    public void Names_that_Kafka_cannot_tell_apart_are_named()
    {
        TopicFacts[] topics = [Facts("t.x"), Facts("u")];

        var hazard = Assert.Single(TopicHazards.Of(topics, Topics.Rules.Default(), ["A.t_x", "A.u", "local.a", "local_a"]));

        Assert.Equal(["A.t.x and A.t_x"], hazard.Topics);
    }

    [Fact]
    public void Names_that_were_internal_once_are_named() =>
        Assert.Equal(["billing.internal"], Assert.Single(TopicHazards.Of([Facts("billing.internal")], Topics.Rules.Default(), [])).Topics);

    private static TopicFacts Facts(string topic) => new(new MirroredTopic(topic, "A." + topic, 1), Configs(""), Configs(""), 1);

    private static Dictionary<string, string?> Configs(string text) =>
        text.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(c => c.Split('=')).ToDictionary(c => c[0], c => (string?)c[1]);
}

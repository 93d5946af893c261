using Heliostat.Mirroring.Planning;
using Heliostat.Mirroring.Topics;

namespace Heliostat.Mirroring.Tests.Planning;

public sealed class FormatOutlookTests
{
    [Theory]
    [InlineData("0.10.2-IV0", "2.8-IV1", true)]
    [InlineData("0.9.0.0", "2.8-IV1", true)]
    [InlineData("0.10.0-IV1", null, true)]
    [InlineData("0.11.0-IV2", "2.8-IV1", false)]
    [InlineData("2.8-IV1", "2.8-IV1", false)]
    [InlineData("0.10.2-IV0", "3.9-IV0", false)] // From 3.0 on nobody goes by it.
    [InlineData(null, null, false)]
    public void A_topic_that_keeps_an_old_format_takes_nothing(string? format, string? protocol, bool isRefused)
    {
        var refusals = FormatOutlook.Judge([Facts("orders", format)],
            new Dictionary<string, string?> { ["inter.broker.protocol.version"] = protocol });

        Assert.Equal(isRefused, refusals.Count == 1);
        Assert.All(refusals, refusal => Assert.StartsWith($"'orders': 'A.orders' keeps records in the format of Kafka {format}", refusal,
            StringComparison.Ordinal));
    }

    [Fact]
    public void A_topic_that_is_not_there_yet_gets_the_format_of_the_brokers() =>
        Assert.Single(FormatOutlook.Judge([Facts("orders", null), new TopicFacts(Topic("new"), None, None, 0)],
            new Dictionary<string, string?> { ["log.message.format.version"] = "0.10.2" }));

    private static readonly Dictionary<string, string?> None = [];

    private static TopicFacts Facts(string topic, string? format) =>
        new(Topic(topic), None, new Dictionary<string, string?> { ["cleanup.policy"] = "delete", ["message.format.version"] = format }, 1);

    private static MirroredTopic Topic(string name) => new(name, $"A.{name}", 1);
}

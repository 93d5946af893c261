using Heliostat.Mirroring.Records;
using Heliostat.Protocol.Compression;

namespace Heliostat.Mirroring.Planning;

/// <summary>Finds of which topics batches will be opened, as far as configs tell it before any batch is seen.</summary>
internal static class TopicOpenings
{
    /// <param name="topics">The mirrored topics.</param>
    /// <param name="codec">What batches are compressed with on the target; null for what each was compressed with.</param>
    public static IReadOnlyList<PlannedOpening> Of(IReadOnlyCollection<TopicFacts> topics, CompressionCodec? codec)
    {
        (OpenReason Reason, Func<TopicFacts, bool> Judge)[] rules =
        [
            (OpenReason.Recoding, topic => codec is { } asked
                && !asked.ToString().Equals(topic.Source.GetValueOrDefault("compression.type"), StringComparison.OrdinalIgnoreCase)),
            (OpenReason.Holes, topic => topic.IsCleanedBy("compact")),
            (OpenReason.LogAppendTime, topic => topic.Source.GetValueOrDefault("message.timestamp.type") == "LogAppendTime"),
            (OpenReason.TooLarge, topic => topic.OfSource("max.message.bytes") > topic.OfTarget("max.message.bytes")),
        ];
        return [.. from rule in rules
                   let concerned = topics.Where(rule.Judge).Select(topic => topic.Topic.Source).ToArray()
                   where concerned.Length > 0
                   select new PlannedOpening(rule.Reason, concerned)];
    }
}

using Heliostat.Configuration.Transforms;
using Heliostat.Mirroring.Topics;

namespace Heliostat.Mirroring.Planning;

/// <summary>What transforms come to for the topics of a flow.</summary>
internal static class TransformedTopics
{
    /// <summary>Topics whose records are looked at one by one, those alike together.</summary>
    public static IReadOnlyList<PlannedTransform> Of(IEnumerable<MirroredTopic> mirrored, TopicRules rules) =>
    [
        .. from topic in mirrored
           let steps = rules.Records(new TopicPartition(topic.Source, 0))?.Names
           where steps is not null
           group topic.Source by string.Join('\n', steps) into alike
           select new PlannedTransform(alike.Key.Split('\n'), [.. alike]),
    ];

    /// <summary>What is lost by it, or may surprise.</summary>
    public static IEnumerable<PlannedHazard> Hazards(IReadOnlyCollection<TopicFacts> topics, TopicRules rules)
    {
        string[] resurrecting = [.. topics
            .Where(topic => topic.IsCleanedBy("compact") && LeavesOut(topic, rules)).Select(topic => topic.Topic.Source)];
        if (resurrecting.Length > 0)
        {
            yield return new PlannedHazard(
                "records are left out of a compacted topic: where those are the last of their keys, or tombstones, older values stay on "
                    + "the target", resurrecting);
        }
    }

    /// <summary>Topics that are left out as others have their names on the target.</summary>
    public static IEnumerable<string> Collisions(FlowTopics topics) =>
        topics.LeftOut.Where(topic => topic.Reason is LeftOutReason.NameTaken or LeftOutReason.NameInvalid or LeftOutReason.NameTooLong)
            .Select(topic => $"'{topic.Name}' is left out: {topic.Detail}");

    private static bool LeavesOut(TopicFacts topic, TopicRules rules) =>
        rules.Steps(topic.Topic.Source).Any(step => step.Action is TransformAction.Drop);
}

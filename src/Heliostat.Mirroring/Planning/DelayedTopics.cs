using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Topics;

namespace Heliostat.Mirroring.Planning;

/// <summary>What <c>heliostat.delay</c> comes to for the topics of a flow.</summary>
internal static class DelayedTopics
{
    /// <summary>The part of a topic's retention that a delay may take before it is warned of.</summary>
    private const double Much = 0.8;

    /// <summary>Topics whose records the source would delete before they are old enough to be mirrored.</summary>
    public static IEnumerable<string> Refusals(IReadOnlyCollection<TopicFacts> topics, TopicRules rules) =>
        from topic in topics
        where Share(topic, rules) >= 1
        select $"'{topic.Topic.Source}': heliostat.delay = {TopicDelays.Text(rules.Delay(topic.Topic.Source))} is as long as the source "
            + $"keeps records, or longer (retention.ms = {topic.OfSource("retention.ms")}): they would be deleted before they are mirrored";

    /// <summary>What is delayed, and what little room is left before the source deletes it.</summary>
    public static IEnumerable<PlannedHazard> Hazards(IReadOnlyCollection<TopicFacts> topics, TopicRules rules)
    {
        foreach (var alike in topics
            .GroupBy(topic => rules.Delay(topic.Topic.Source)).Where(alike => alike.Key > TimeSpan.Zero).OrderBy(alike => alike.Key))
        {
            yield return new PlannedHazard($"mirrored when they are {TopicDelays.Text(alike.Key)} old (heliostat.delay)",
                [.. alike.Select(topic => topic.Topic.Source)]);
        }

        string[] near = [.. from topic in topics
                            where Share(topic, rules) is >= Much and < 1
                            select $"{topic.Topic.Source} (retention.ms = {topic.OfSource("retention.ms")})"];
        if (near.Length > 0)
        {
            yield return new PlannedHazard(
                "the delay takes most of the time that the source keeps records: after a short stop they are deleted before they are "
                    + "mirrored", near);
        }
    }

    /// <summary>Whose mirrors are deleted when they are gone from the source (<c>heliostat.delete.gone.topics.after</c>).</summary>
    public static IEnumerable<PlannedHazard> Deleted(IReadOnlyList<MirroredTopic> topics, TopicDelays after) =>
        from topic in topics
        group topic.Source by after.Of(topic.Source) into alike
        where alike.Key > TimeSpan.Zero
        orderby alike.Key
        select new PlannedHazard(
            $"deleted on the target once they have been gone from the source for {TopicDelays.Text(alike.Key)} "
                + "(heliostat.delete.gone.topics.after)", [.. alike]);

    /// <summary>
    /// The delay as a part of the time that the source keeps records; 0 where it keeps them for ever, or that is not known.
    /// </summary>
    private static double Share(TopicFacts topic, TopicRules rules) =>
        topic.IsCleanedBy("delete") && topic.OfSource("retention.ms") is > 0 and var keeps
            ? rules.Delay(topic.Topic.Source).TotalMilliseconds / keeps : 0;
}

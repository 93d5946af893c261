using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Topics;

namespace Heliostat.Mirroring.Planning;

/// <summary>What <c>heliostat.from</c>, <c>heliostat.until</c> and <c>heliostat.window</c> come to for the topics of a flow.</summary>
internal static class BoundedTopics
{
    /// <summary>Topics that would end before they begin.</summary>
    public static IEnumerable<string> Refusals(IReadOnlyCollection<TopicFacts> topics, TopicRules rules) =>
        topics.Select(topic => topic.Topic.Source)
            .Where(name => (rules.From(name), rules.Until(name)) is ({ } begins, { } ends) && begins.Kind == ends.Kind
                && ends.Value <= begins.Value)
            .Select(name =>
                $"'{name}': nothing lies between heliostat.from = {rules.From(name)} and heliostat.until = {rules.Until(name)}");

    /// <summary>Where topics begin and end, and when they are mirrored.</summary>
    public static IEnumerable<PlannedHazard> Hazards(IReadOnlyCollection<TopicFacts> topics, TopicRules rules)
    {
        if (rules.Windows is { } windows)
        {
            yield return new PlannedHazard($"mirrored within windows of the day only: {windows} (heliostat.window)", []);
        }

        var alike = topics.GroupBy(topic => (From: rules.From(topic.Topic.Source), Until: rules.Until(topic.Topic.Source)));
        foreach (var bounds in alike.Where(alike => alike.Key is not (null, null)).OrderBy(alike => $"{alike.Key}", StringComparer.Ordinal))
        {
            string[] said =
            [
                .. bounds.Key.From is { } from ? [$"from {Words(from)} (heliostat.from), where no position is stored"] : (string[])[],
                .. bounds.Key.Until is { } until ? [$"until {Words(until)} (heliostat.until)"] : (string[])[],
            ];
            yield return new PlannedHazard($"mirrored {string.Join(", ", said)}", [.. bounds.Select(topic => topic.Topic.Source)]);
        }
    }

    private static string Words(LogBound bound) => bound.Kind switch
    {
        LogBoundKind.Time => $"the first record of {bound} or later",
        LogBoundKind.Offset => $"offset {bound.Value}",
        _ => "where the log ends when it is begun",
    };
}

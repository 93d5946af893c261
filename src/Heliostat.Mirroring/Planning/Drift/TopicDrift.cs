using System.Globalization;
using Heliostat.Mirroring.Topics;

namespace Heliostat.Mirroring.Planning.Drift;

/// <summary>Topics, partitions and configs.</summary>
internal static class TopicDrift
{
    /// <param name="plan">What a flow would do.</param>
    /// <param name="rules">Its topics.</param>
    /// <param name="here">Topics of the source.</param>
    /// <param name="there">Topics of the target.</param>
    /// <param name="stored">Topics of the source that positions are stored of.</param>
    public static IEnumerable<Difference> Of(FlowPlan plan, TopicRules rules, IReadOnlyList<ClusterTopic> here,
        IReadOnlyList<ClusterTopic> there, IEnumerable<string> stored)
    {
        var counts = there.ToDictionary(topic => topic.Name, topic => topic.Partitions, StringComparer.Ordinal);
        foreach (var mirror in plan.Mirrored)
        {
            if (!counts.TryGetValue(mirror.Remote, out var partitions))
            {
                yield return new Difference(DifferenceKind.Topic, mirror.Remote, "is not there", Text(mirror.Partitions), null);
            }
            else if (partitions != mirror.Partitions)
            {
                yield return new Difference(DifferenceKind.Partitions, mirror.Remote, "partitions", Text(mirror.Partitions),
                    Text(partitions));
            }
        }

        foreach (var remote in Orphans(plan, rules, [.. here.Select(topic => topic.Name)], counts, stored))
        {
            yield return new Difference(DifferenceKind.Topic, remote, "is a mirror of a topic that is no longer there", null,
                Text(counts[remote]));
        }

        foreach (var config in plan.Configs.Where(config => config.Config is not null))
        {
            yield return new Difference(DifferenceKind.Config, config.Remote, config.Config!, config.To, config.From);
        }
    }

    /// <summary>Mirrors whose topic is gone from the source: by their names, or by the positions that are stored.</summary>
    private static IEnumerable<string> Orphans(FlowPlan plan, TopicRules rules, HashSet<string> here, Dictionary<string, int> there,
        IEnumerable<string> stored)
    {
        var mirrors = plan.Mirrored.Select(mirror => mirror.Remote).ToHashSet(StringComparer.Ordinal);
        var gone = there.Keys.Where(remote => rules.WhyInternal(remote) is null && rules.Upstream(remote) is { } name
            && rules.Mirrors(name) && !here.Contains(name));
        var left = stored.Where(topic => !here.Contains(topic)).Select(rules.Remote).Where(there.ContainsKey);
        return gone.Concat(left).Where(remote => !mirrors.Contains(remote)).Distinct(StringComparer.Ordinal);
    }

    private static string Text(int partitions) => partitions.ToString(CultureInfo.InvariantCulture);
}

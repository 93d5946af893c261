namespace Heliostat.Mirroring.Topics;

/// <summary>
/// What a cluster's topics tell of who mirrors to it: the aliases of those clusters, by the state that their mirrors keep beside the
/// topics. With them a name that merely holds the separator (<c>billing.prod.invoices</c>) is told from one that was mirrored, and mirrors
/// of one cluster under several aliases, which no alias of a file shows (KAFKA-9914), do not feed each other.
/// <list type="bullet">
/// <item>A. A topic that was on the flow's own source before is not mirrored again, whoever brought it back.</item>
/// <item>B. A topic that came from the target is not mirrored back, under whatever alias.</item>
/// <item>C. However many aliases a cluster has, the number of topics that come of it is bounded: names have at most <see cref="MostHops"/>
/// aliases before them, and at most <see cref="MostHeartbeats"/> heartbeats topics of others are mirrored.</item>
/// </list>
/// </summary>
internal sealed class TopicArrivals
{
    /// <summary>Six clusters in a row.</summary>
    public const int MostHops = 5;

    public const int MostHeartbeats = 50;

    private readonly TopicRules _rules;
    private readonly IReadOnlySet<string> _target;
    private readonly HashSet<string> _arriving = new(StringComparer.Ordinal);
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly HashSet<string> _excess;

    /// <param name="rules">The flow's rules.</param>
    /// <param name="source">The names of all topics of the source.</param>
    /// <param name="target">What others call the flow's target.</param>
    public TopicArrivals(TopicRules rules, IReadOnlyCollection<string> source, IReadOnlySet<string> target)
    {
        _rules = rules;
        _target = target;
        var heartbeats = source.Where(rules.IsHeartbeats).Where(topic => rules.Hops(topic).Any()).ToList();
        foreach (var topic in source)
        {
            var alias = Between(topic, "mm2-offsets.", ".internal") ?? Between(topic, "heliostat-offset-map.", ".internal")
                ?? Between(topic, "", ".checkpoints.internal") ?? Between(topic, "", rules.CheckpointsSuffix);
            if (alias is not null)
            {
                _arriving.Add(alias);
            }
        }

        foreach (var topic in heartbeats)
        {
            _arriving.Add(rules.Hops(topic).First());
            _known.UnionWith(rules.Hops(topic));
        }

        _known.UnionWith(_arriving);
        _excess = [.. heartbeats
            .OrderBy(topic => rules.Hops(topic).Count()).ThenBy(topic => topic, StringComparer.Ordinal).Skip(MostHeartbeats)];
    }

    /// <summary>Why a topic that the rules would take is left out; null where it is not.</summary>
    public LeftOutTopic? Judge(string topic)
    {
        string[] hops = [.. _rules.Hops(topic)];
        if (hops.Length == 0 || !_arriving.Contains(hops[0]))
        {
            return null;
        }

        var naming = _rules.Naming;
        if (_target.Contains(hops[0]))
        {
            return new LeftOutTopic(topic, LeftOutReason.CameRound,
                $"it came from {naming.TargetAlias}, which another mirror calls '{hops[0]}'");
        }

        if (hops.Contains(naming.SourceAlias))
        {
            return new LeftOutTopic(topic, LeftOutReason.CameRound,
                $"it was on '{naming.SourceAlias}' before, by its name, and '{hops[0]}' brought it back");
        }

        var known = hops.TakeWhile(_known.Contains).Count();
        if (known >= MostHops)
        {
            return new LeftOutTopic(topic, LeftOutReason.TooManyHops,
                $"it was mirrored {known} times already, by its name, and {MostHops} are the most");
        }

        return _excess.Contains(topic)
            ? new LeftOutTopic(topic, LeftOutReason.TooManyHops,
                $"there are more than {MostHeartbeats} heartbeats topics of other clusters: mirrors with different aliases feed each other")
            : null;
    }

    private static string? Between(string topic, string before, string after) =>
        topic.Length > before.Length + after.Length && topic.StartsWith(before, StringComparison.Ordinal)
            && topic.EndsWith(after, StringComparison.Ordinal)
            ? topic[before.Length..^after.Length] : null;
}

namespace Heliostat.Mirroring.Topics;

/// <summary>Which of a source's topics a flow mirrors, and which it does not.</summary>
/// <param name="Mirrored">By name.</param>
/// <param name="LeftOut">By name.</param>
internal sealed record FlowTopics(IReadOnlyList<MirroredTopic> Mirrored, IReadOnlyList<LeftOutTopic> LeftOut)
{
    /// <summary>What they were judged by; null where nothing was judged yet.</summary>
    private TopicRules? Rules { get; init; }

    /// <summary>Whether a topic of this name would be mirrored, were it there.</summary>
    public bool Wants(string topic) => Rules?.Mirrors(topic) == true;

    /// <summary>Whether a topic is one that another flow or mirror has.</summary>
    public bool IsOthers(string topic) =>
        LeftOut.Any(left => left.Name == topic && left.Reason is LeftOutReason.Ring or LeftOutReason.CameRound);

    /// <summary>
    /// Topics that are mirrored although <c>topics</c> does not name them: heartbeats, and what by its name is a mirror of them.
    /// </summary>
    public IEnumerable<MirroredTopic> Unnamed(TopicRules rules) => Mirrored.Where(topic => !rules.Selects(topic.Source));

    /// <summary>Entries of <c>topics</c> that match no topic of the source.</summary>
    public IReadOnlyList<string> Unmatched(TopicRules rules) =>
        rules.Unmatched([.. Mirrored.Select(topic => topic.Source), .. LeftOut.Select(topic => topic.Name)]);

    /// <summary>Topics that are left out although <c>topics</c> names them.</summary>
    public IEnumerable<LeftOutTopic> Named(TopicRules rules) => LeftOut.Where(topic => rules.Names(topic.Name));

    /// <summary>Of a flow that nobody else mirrors beside.</summary>
    public static FlowTopics Of(TopicRules rules, IReadOnlyCollection<ClusterTopic> source) =>
        Of(rules, source, ForeignFacts.None, _ => false, _ => null);

    /// <param name="rules">The flow's rules.</param>
    /// <param name="source">The topics of the source.</param>
    /// <param name="foreign">What mirrors of others bring to the source.</param>
    /// <param name="has">Whether the flow has mirrored a topic before: of two that would be called the same it keeps the name, whatever
    /// comes later.</param>
    /// <param name="ring">Why a topic would go round; null where it would not, or this flow is the one to have it.</param>
    public static FlowTopics Of(
        TopicRules rules, IReadOnlyCollection<ClusterTopic> source, ForeignFacts foreign, Func<string, bool> has,
        Func<string, LeftOutTopic?> ring)
    {
        var arrivals = new TopicArrivals(rules, [.. source.Select(topic => topic.Name)], foreign.TargetAliases);
        var mirrored = new List<MirroredTopic>();
        var leftOut = new List<LeftOutTopic>();
        var taken = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var topic in source.OrderByDescending(t => has(t.Name)).ThenBy(t => t.Name, StringComparer.Ordinal))
        {
            var remote = rules.Remote(topic.Name);
            if ((Judged(rules, topic, remote) ?? arrivals.Judge(topic.Name)
                ?? (rules.MarksOrigins ? null : foreign.Judge(topic, remote, rules.Naming.TargetAlias, has(topic.Name)))) is { } left)
            {
                leftOut.Add(left);
            }
            else if (taken.TryGetValue(remote, out var other))
            {
                leftOut.Add(new LeftOutTopic(topic.Name, LeftOutReason.NameTaken, $"'{other}' is called '{remote}' on the target already"));
            }
            else if (ring(topic.Name) is { } round)
            {
                leftOut.Add(round);
            }
            else
            {
                taken.Add(remote, topic.Name);
                mirrored.Add(new MirroredTopic(topic.Name, remote, topic.Partitions));
            }
        }

        mirrored.Sort((one, other) => string.CompareOrdinal(one.Source, other.Source));
        leftOut.Sort((one, other) => string.CompareOrdinal(one.Name, other.Name));
        return new FlowTopics(mirrored, leftOut) { Rules = rules };
    }

    private static LeftOutTopic? Judged(TopicRules rules, ClusterTopic topic, string remote)
    {
        if (topic.IsInternal)
        {
            return new LeftOutTopic(topic.Name, LeftOutReason.Internal,
                rules.WhyInternal(topic.Name) ?? "the brokers call it internal: no mirror copies it");
        }

        if (rules.WhyNot(topic.Name) is { } why)
        {
            return new LeftOutTopic(topic.Name, why, rules.Detail(topic.Name, why));
        }

        if (TopicName.IsTooLong(remote))
        {
            return new LeftOutTopic(
                topic.Name, LeftOutReason.NameTooLong,
                $"its name on the target would have {remote.Length} characters, and Kafka allows {TopicName.MaxLength}");
        }

        return TopicName.IsValid(remote) ? null
            : new LeftOutTopic(topic.Name, LeftOutReason.NameInvalid,
                $"Kafka does not allow '{remote}' as a name: letters, digits, '.', '_' and '-' only");
    }
}

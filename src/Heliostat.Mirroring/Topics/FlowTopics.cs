namespace Heliostat.Mirroring.Topics;

/// <summary>Which of a source's topics a flow mirrors, and which it does not.</summary>
/// <param name="Mirrored">By name.</param>
/// <param name="LeftOut">By name.</param>
internal sealed record FlowTopics(IReadOnlyList<MirroredTopic> Mirrored, IReadOnlyList<LeftOutTopic> LeftOut)
{
    public static FlowTopics Of(TopicRules rules, IEnumerable<ClusterTopic> source)
    {
        var mirrored = new List<MirroredTopic>();
        var leftOut = new List<LeftOutTopic>();
        var taken = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var topic in source.OrderBy(t => t.Name, StringComparer.Ordinal))
        {
            var remote = rules.Remote(topic.Name);
            if (Judged(rules, topic, remote) is { } left)
            {
                leftOut.Add(left);
            }
            else if (!taken.TryAdd(remote, topic.Name))
            {
                leftOut.Add(new LeftOutTopic(topic.Name, LeftOutReason.NameTaken, $"'{taken[remote]}' is called '{remote}' on the target already"));
            }
            else
            {
                mirrored.Add(new MirroredTopic(topic.Name, remote, topic.Partitions));
            }
        }

        return new FlowTopics(mirrored, leftOut);
    }

    private static LeftOutTopic? Judged(TopicRules rules, ClusterTopic topic, string remote)
    {
        var reason = topic.IsInternal ? LeftOutReason.Internal : rules.WhyNot(topic.Name);
        if (reason is { } why)
        {
            return new LeftOutTopic(topic.Name, why);
        }

        if (TopicName.IsTooLong(remote))
        {
            return new LeftOutTopic(
                topic.Name, LeftOutReason.NameTooLong, $"its name on the target would have {remote.Length} characters, and Kafka allows {TopicName.MaxLength}");
        }

        return TopicName.IsValid(remote) ? null
            : new LeftOutTopic(topic.Name, LeftOutReason.NameInvalid, $"Kafka does not allow '{remote}' as a name: letters, digits, '.', '_' and '-' only");
    }
}

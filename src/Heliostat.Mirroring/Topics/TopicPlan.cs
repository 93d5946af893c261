namespace Heliostat.Mirroring.Topics;

/// <summary>What is to be done about a flow's topics: decided, and nothing of it done yet.</summary>
internal sealed record TopicPlan
{
    /// <summary>Which topics the flow mirrors, and which not.</summary>
    public required FlowTopics Topics { get; init; }

    /// <summary>What was known of mirrors that write to the source.</summary>
    public ForeignFacts Foreign { get; init; } = ForeignFacts.None;

    /// <summary>The target's topics by name.</summary>
    public required IReadOnlyDictionary<string, ClusterTopic> Target { get; init; }

    public required IReadOnlyList<TopicCreation> Creations { get; init; }

    public required IReadOnlyList<TopicGrowth> Growths { get; init; }

    /// <summary>Topics that cannot be created, and why: their configs on the source cannot be read.</summary>
    public required IReadOnlyList<TopicOutcome> Unreadable { get; init; }

    /// <summary>Without topics of the source that wait yet, and what would be made for them.</summary>
    public TopicPlan Without(Func<string, bool> waits, string why)
    {
        MirroredTopic[] waiting = [.. Topics.Mirrored.Where(topic => waits(topic.Source))];
        if (waiting.Length == 0)
        {
            return this;
        }

        var remotes = waiting.Select(topic => topic.Remote).ToHashSet(StringComparer.Ordinal);
        var left = waiting.Select(topic => new LeftOutTopic(topic.Source, LeftOutReason.RingUndecided, why)).Concat(Topics.LeftOut);
        return this with
        {
            Topics = Topics with
            {
                Mirrored = [.. Topics.Mirrored.Except(waiting)],
                LeftOut = [.. left.OrderBy(topic => topic.Name, StringComparer.Ordinal)],
            },
            Creations = [.. Creations.Where(creation => !remotes.Contains(creation.Topic.Remote))],
            Growths = [.. Growths.Where(growth => !remotes.Contains(growth.Topic))],
            Unreadable = [.. Unreadable.Where(outcome => !remotes.Contains(outcome.Topic))],
        };
    }

    /// <summary>The topics that the target lacks.</summary>
    public static IReadOnlyList<MirroredTopic> Missing(FlowTopics topics, IReadOnlyDictionary<string, ClusterTopic> target) =>
        [.. topics.Mirrored.Where(topic => !target.ContainsKey(topic.Remote))];

    /// <summary>
    /// The topics with fewer partitions than the source. More than the source has is nothing to be done about: lanes keep their partition.
    /// </summary>
    public static IReadOnlyList<TopicGrowth> Grown(FlowTopics topics, IReadOnlyDictionary<string, ClusterTopic> target) =>
    [
        .. from topic in topics.Mirrored
           let there = target.GetValueOrDefault(topic.Remote)
           where there is not null && there.Partitions < topic.Partitions
           select new TopicGrowth(topic.Remote, there.Partitions, topic.Partitions),
    ];
}

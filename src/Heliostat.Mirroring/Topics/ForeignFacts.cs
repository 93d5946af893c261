namespace Heliostat.Mirroring.Topics;

/// <summary>What is known of mirrors of others that write to a flow's source.</summary>
internal sealed record ForeignFacts
{
    public static ForeignFacts None { get; } = new();

    /// <summary>What they call the flow's target.</summary>
    public IReadOnlySet<string> TargetAliases { get; init; } = new HashSet<string>();

    /// <summary>Topics of the source that they make of topics of the target: of which.</summary>
    public IReadOnlyDictionary<string, ClusterTopic> Brought { get; init; } = new Dictionary<string, ClusterTopic>();

    /// <summary>Topics of the source that appeared just now: who made them may not be known yet.</summary>
    public IReadOnlySet<string> Unsettled { get; init; } = new HashSet<string>();

    /// <summary>Topics of the source that they are about to make of topics of the target.</summary>
    public IReadOnlyDictionary<string, TopicClaim> Claims { get; init; } = new Dictionary<string, TopicClaim>();

    /// <summary>Of two mirrors that claim a topic at once this flow's goes on, as both can tell.</summary>
    public bool IsFirst { get; init; }

    /// <param name="positions">Of each position stored on the source: what its mirror calls where it reads, the topic there, and the topic that it writes to.</param>
    /// <param name="source">The flow's source.</param>
    /// <param name="target">The flow's target.</param>
    /// <param name="unsettled">Topics that appeared just now.</param>
    public static ForeignFacts Of(
        IEnumerable<(string Alias, Guid From, Guid To)> positions, IEnumerable<ClusterTopic> source, IEnumerable<ClusterTopic> target, IReadOnlySet<string> unsettled)
    {
        var origins = target.Where(topic => topic.Id != Guid.Empty).ToDictionary(topic => topic.Id);
        var mirrors = source.Where(topic => topic.Id != Guid.Empty).ToDictionary(topic => topic.Id, topic => topic.Name);
        var ours = positions.Where(position => origins.ContainsKey(position.From)).ToList();
        return new ForeignFacts
        {
            TargetAliases = ours.Select(position => position.Alias).ToHashSet(StringComparer.Ordinal),
            Brought = ours.Where(position => mirrors.ContainsKey(position.To)).DistinctBy(position => position.To)
                .ToDictionary(position => mirrors[position.To], position => origins[position.From], StringComparer.Ordinal),
            Unsettled = unsettled,
        };
    }

    /// <summary>Why a topic is left out; null where it is not.</summary>
    /// <param name="topic">The topic of the source.</param>
    /// <param name="remote">The topic of the target that the flow would mirror it to.</param>
    /// <param name="target">What the flow calls its target.</param>
    /// <param name="has">Whether the flow has mirrored it before: then the two of them have, and of the two topics the one with the lower id goes on, as both can tell.</param>
    public LeftOutTopic? Judge(ClusterTopic topic, string remote, string target, bool has)
    {
        if (Brought.TryGetValue(topic.Name, out var origin))
        {
            return has && topic.Id.CompareTo(origin.Id) < 0 ? null : Round(topic.Name, origin.Name, remote, $"another mirror makes it of topic '{origin.Name}' of {target}, by the ids in its stored positions");
        }

        if (!has && Claims.TryGetValue(topic.Name, out var claim))
        {
            var why = $"another mirror is about to make it of topic '{claim.Topic}' of {target}";
            return IsFirst && !claim.IsHeld ? new LeftOutTopic(topic.Name, LeftOutReason.RingUndecided, $"{why}: which of the two has it is decided within seconds")
                : Round(topic.Name, claim.Topic, remote, why);
        }

        return !has && Unsettled.Contains(topic.Name)
            ? new LeftOutTopic(topic.Name, LeftOutReason.RingUndecided, "it appeared just now, and other mirrors write to this cluster: it is taken once it is known not to be theirs")
            : null;
    }

    /// <summary>Into the topic that it came from is a ring: every record would go round for ever. Into another one it would only be there again.</summary>
    private static LeftOutTopic Round(string topic, string origin, string remote, string why) => origin == remote
        ? new LeftOutTopic(topic, LeftOutReason.Ring, $"{why}, and its records would go round for ever: that mirror has it, and to have it by this flow take it out of the other's topics")
        : new LeftOutTopic(topic, LeftOutReason.CameRound, why);
}

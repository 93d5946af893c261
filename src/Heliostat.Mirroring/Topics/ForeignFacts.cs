using Heliostat.Mirroring.Clusters;

namespace Heliostat.Mirroring.Topics;

/// <summary>What is known of mirrors that write to a flow's source.</summary>
internal sealed record ForeignFacts
{
    public static ForeignFacts None { get; } = new();

    /// <summary>What those of others call the flow's target.</summary>
    public IReadOnlySet<string> TargetAliases { get; init; } = new HashSet<string>();

    /// <summary>Topics of the source that those of others make of topics of the target: of which.</summary>
    public IReadOnlyDictionary<string, ClusterTopic> Brought { get; init; } = new Dictionary<string, ClusterTopic>();

    /// <summary>On which ways those of others bring the records of topics to the source.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<TopicWay>> Ways { get; init; } =
        new Dictionary<string, IReadOnlyList<TopicWay>>();

    /// <summary>
    /// The same of flows of this file, which decide among themselves where only they close a ring (<see cref="TopicRings"/>).
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<TopicWay>> OwnWays { get; init; } =
        new Dictionary<string, IReadOnlyList<TopicWay>>();

    /// <summary>Whether flows of this file alone would carry a topic round.</summary>
    public Func<string, bool> IsOwnRing { get; init; } = static _ => false;

    /// <summary>The ids of source and target; without them ways say nothing.</summary>
    public ClusterPair Clusters { get; init; }

    /// <summary>
    /// Whether the flow waits for what it cannot know yet: with names that do not tell where a topic came from it might close a ring.
    /// </summary>
    public bool Waits { get; init; }

    /// <summary>
    /// A topic of the source in which a mirror keeps what it tells, and that could not be read yet; null where all could.
    /// </summary>
    public string? Unread { get; init; }

    /// <summary>Whether the flow keeps the offsets of a topic's records.</summary>
    public Func<string, bool> KeepsOffsets { get; init; } = static _ => false;

    /// <summary>How long the flow has claimed a topic; null where it does not.</summary>
    public Func<string, TimeSpan?> ClaimedFor { get; init; } = static _ => null;

    /// <param name="positions">
    /// Of each position stored on the source: what its mirror calls where it reads, the topic there, and the topic that it writes to.
    /// </param>
    /// <param name="source">The flow's source.</param>
    /// <param name="target">The flow's target.</param>
    public static ForeignFacts Of(
        IEnumerable<(string Alias, Guid From, Guid To)> positions, IEnumerable<ClusterTopic> source, IEnumerable<ClusterTopic> target)
    {
        var origins = target.Where(topic => topic.Id != Guid.Empty).ToDictionary(topic => topic.Id);
        var mirrors = source.Where(topic => topic.Id != Guid.Empty).ToDictionary(topic => topic.Id, topic => topic.Name);
        var ours = positions.Where(position => origins.ContainsKey(position.From)).ToList();
        return new ForeignFacts
        {
            TargetAliases = ours.Select(position => position.Alias).ToHashSet(StringComparer.Ordinal),
            Brought = ours.Where(position => mirrors.ContainsKey(position.To)).DistinctBy(position => position.To)
                .ToDictionary(position => mirrors[position.To], position => origins[position.From], StringComparer.Ordinal),
        };
    }

    /// <summary>All ways on which the records of a topic come to the source.</summary>
    public IEnumerable<TopicWay> WaysOf(string topic) => Ways.GetValueOrDefault(topic, []).Concat(OwnWays.GetValueOrDefault(topic, []));

    /// <summary>Why a topic is left out; null where it is not.</summary>
    /// <param name="topic">The topic of the source.</param>
    /// <param name="remote">The topic of the target that the flow would mirror it to.</param>
    /// <param name="target">What the flow calls its target.</param>
    /// <param name="has">
    /// Whether the flow has mirrored it before: then the two of them have, and of the two topics the one with the lower id goes on, as both
    /// can tell.
    /// </param>
    public LeftOutTopic? Judge(ClusterTopic topic, string remote, string target, bool has)
    {
        // Where offsets are the same both ways, nothing is written that is there already: this is how a mirror turns round.
        var all = Ways.GetValueOrDefault(topic.Name, []);
        TopicWay[] ways = [.. all.Where(way => !KeepsOffsets(topic.Name) || !TurnsRound(way.Hops[^1]))];
        var origin = Brought.GetValueOrDefault(topic.Name);
        if (origin is not null && (ways.Length == all.Count || origin.Name != remote))
        {
            if (!has || topic.Id.CompareTo(origin.Id) >= 0)
            {
                return Round(
                    topic.Name, origin.Name, remote,
                    $"another mirror makes it of topic '{origin.Name}' of {target}, by the ids in its stored positions");
            }

            // It is the other one that gives it up.
            ways = [.. ways.Where(way => way.LastAt(Clusters.Target!) != way.Hops.Count - 1)];
        }

        if (Unread is { } unread && Waits && !has)
        {
            return new LeftOutTopic(
                topic.Name, LeftOutReason.RingUndecided,
                $"another mirror may bring it here: its topic '{unread}' there cannot be read now, and is tried again every few seconds");
        }

        if (!Clusters.TellIds)
        {
            return null;
        }

        var last = ways.Select(way => way.Hops[^1]).FirstOrDefault(hop => hop.Cluster == Clusters.Target && hop.Topic != remote);
        if (!has && last is not null)
        {
            return new LeftOutTopic(topic.Name, LeftOutReason.CameRound, $"another mirror makes it of topic '{last.Topic}' of {target}");
        }

        var own = IsOwnRing(topic.Name) ? [] : OwnWays.GetValueOrDefault(topic.Name, []);
        return WayRules.Judge(topic.Name, remote, [.. ways, .. own], Clusters, target, has, Waits, ClaimedFor(topic.Name));

        bool TurnsRound(TopicHop hop) => hop is { KeepsOffsets: true } && hop.Cluster == Clusters.Target && hop.Topic == remote;
    }

    /// <summary>
    /// Into the topic that it came from is a ring: every record would go round for ever. Into another one it would only be there again.
    /// </summary>
    private static LeftOutTopic Round(string topic, string origin, string remote, string why) => origin == remote
        ? new LeftOutTopic(
            topic, LeftOutReason.Ring,
            $"{why}, and its records would go round for ever: "
            + "that mirror has it, and to have it by this flow take it out of the other's topics")
        : new LeftOutTopic(topic, LeftOutReason.CameRound, why);
}

using Heliostat.Mirroring.Clusters;

namespace Heliostat.Mirroring.Topics;

/// <summary>
/// Whether a flow closes a ring, by the ways on which a topic's records come to its source.
/// <list type="bullet">
/// <item>A. Where all other mirrors of a ring have the topic, this one leaves it out.</item>
/// <item>B. Of mirrors that have claimed it only, the one whose source's cluster id is the highest gives it up, and the others wait for
/// that. So it is where all have it, too.</item>
/// <item>C. Whoever is about to begin waits until those before it have decided, and then until what was claimed before them meanwhile must
/// have got here: each look that takes it one mirror further has <see cref="EachHop"/>.</item>
/// </list>
/// </summary>
internal static class WayRules
{
    /// <summary>Twice as long as it takes a mirror that claimed lately to look at its source again (<see cref="TopicClaims"/>).</summary>
    public static readonly TimeSpan EachHop = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long what a mirror that has a topic told of claims before it is waited for: if it stopped before it looked again, that stays so.
    /// A mirror that has only claimed it marks that it is there, and is waited for.
    /// </summary>
    public static readonly TimeSpan LongestClaim = TimeSpan.FromMinutes(2);

    /// <summary>Why a topic is left out; null where it is not.</summary>
    /// <param name="topic">The topic of the source.</param>
    /// <param name="remote">The topic of the target that the flow would mirror it to.</param>
    /// <param name="ways">On which ways its records come to the source.</param>
    /// <param name="clusters">The ids of source and target.</param>
    /// <param name="target">What the flow calls its target.</param>
    /// <param name="has">Whether the flow has it.</param>
    /// <param name="waits">Whether it keeps names, and so may close a ring that nobody sees yet.</param>
    /// <param name="claimedFor">How long the flow has claimed it; null where it has not.</param>
    public static LeftOutTopic? Judge(
        string topic, string remote, IReadOnlyList<TopicWay> ways, ClusterPair clusters, string target, bool has, bool waits,
        TimeSpan? claimedFor)
    {
        ways = claimedFor >= LongestClaim ? [.. ways.Select(Aged)] : ways;
        TopicHop[][] rings = [.. ways.Select(way => RingOf(way, remote, clusters.Target!)).Where(ring => ring.Length > 0)];
        if (Array.Find(rings, ring => Leaves(ring, clusters.Source!, has)) is { } closed)
        {
            var whose = closed.Length == 1 ? "that mirror" : "one of them";
            return new LeftOutTopic(
                topic, LeftOutReason.Ring,
                $"{Way(closed, target)}, and its records would go round for ever: "
                + $"to have it by this flow take it out of the topics of {whose}");
        }

        if (has)
        {
            return null;
        }

        if (rings.Length > 0)
        {
            return Undecided($"{Way(rings[0], target)}, or is about to: who has it is decided within seconds");
        }

        if (!waits)
        {
            return null;
        }

        if (ways.Any(way => way.Hops.Any(hop => !hop.IsHeld)))
        {
            return Undecided("another mirror is about to bring it here: it is taken once that one has decided, within seconds");
        }

        return claimedFor < EachHop * ways.Select(way => way.Hops.Count).DefaultIfEmpty().Max()
            ? Undecided("another mirror brings it here: it is taken within seconds, once it is known that it does not come from the target")
            : null;

        LeftOutTopic Undecided(string why) => new(topic, LeftOutReason.RingUndecided, why);
    }

    /// <summary>Of a mirror that has the topic: those before it are taken to have it, too.</summary>
    private static TopicWay Aged(TopicWay way) => way.Hops[^1].IsHeld ? new([.. way.Hops.Select(hop => hop with { IsHeld = true })]) : way;

    private static bool Leaves(TopicHop[] ring, string source, bool has)
    {
        TopicHop[] claimed = [.. ring.Where(hop => !hop.IsHeld)];
        return claimed.Length == 0 ? !has || IsLast(ring) : !has && IsLast(claimed);

        bool IsLast(TopicHop[] of) => Array.TrueForAll(of, hop => string.CompareOrdinal(hop.Cluster, source) < 0);
    }

    /// <summary>Those who bring a topic from the one that it would be mirrored to; empty where nobody does.</summary>
    private static TopicHop[] RingOf(TopicWay way, string remote, string target) =>
        way.LastAt(target) is >= 0 and var at && way.Hops[at].Topic == remote ? [.. way.Hops.Skip(at)] : [];

    private static string Way(TopicHop[] ring, string target)
    {
        var between = ring.Skip(1).Select(hop => hop.Topic == ring[0].Topic ? hop.Cluster : $"{hop.Cluster} ('{hop.Topic}')");
        return ring.Length == 1 ? $"another mirror brings it here from {target}"
            : $"another mirror brings it here, which comes from {target} by way of {string.Join(" and ", between)}";
    }
}

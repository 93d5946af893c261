namespace Heliostat.Mirroring.Topics;

/// <summary>One way on which records of a topic come, mirror by mirror.</summary>
/// <param name="Hops">The clusters that they came through, the last one before theirs at the end.</param>
internal sealed record TopicWay(IReadOnlyList<TopicHop> Hops)
{
    /// <summary>Clusters that are remembered of one way.</summary>
    public const int MostHops = 16;

    /// <summary>Ways that are remembered of one topic.</summary>
    public const int MostWays = 32;

    /// <summary>
    /// The ways of a mirror's topic: on through <paramref name="hop"/> from each of <paramref name="before"/>. None goes through a cluster
    /// twice.
    /// </summary>
    public static IReadOnlyList<TopicWay> Through(TopicHop hop, IEnumerable<TopicWay> before)
    {
        TopicWay[] ways =
        [
            .. from way in before
               let again = way.LastAt(hop.Cluster)
               select new TopicWay([.. way.Hops.Skip(again + 1).TakeLast(MostHops - 1), hop]),
        ];
        var sorted = ways.DistinctBy(way => way.Text, StringComparer.Ordinal).OrderBy(way => way.Text, StringComparer.Ordinal);
        return ways.Length == 0 ? [new TopicWay([hop])] : [.. sorted.Take(MostWays)];
    }

    /// <summary>Where on it a cluster is; -1 where it is not.</summary>
    public int LastAt(string cluster)
    {
        var at = Hops.Count - 1;
        while (at >= 0 && Hops[at].Cluster != cluster)
        {
            at--;
        }

        return at;
    }

    /// <summary>The same for the same way.</summary>
    private string Text { get; } = string.Join('\n', Hops.Select(hop => $"{hop.Cluster} {hop.Topic} {hop.IsHeld}"));
}

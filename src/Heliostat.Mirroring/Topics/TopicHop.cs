namespace Heliostat.Mirroring.Topics;

/// <summary>A cluster that records of a topic came through.</summary>
/// <param name="Cluster">Its id.</param>
/// <param name="Topic">The topic there.</param>
/// <param name="IsHeld">Whether the mirror that takes them on from there has the topic; false while that is claimed only.</param>
internal sealed record TopicHop(string Cluster, string Topic, bool IsHeld)
{
    /// <summary>The mirror that takes them on keeps their offsets; known of the last hop of a way only.</summary>
    public bool KeepsOffsets { get; init; }
}

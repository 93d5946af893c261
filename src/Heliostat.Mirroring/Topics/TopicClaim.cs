namespace Heliostat.Mirroring.Topics;

/// <summary>A topic that a mirror is about to take, or has.</summary>
/// <param name="Topic">The topic of its source.</param>
/// <param name="By">Which process is about to; null once the mirror has it.</param>
/// <param name="To">The target's cluster id.</param>
/// <param name="Remote">The topic of the target.</param>
internal sealed record TopicClaim(string Topic, string? By, string To, string Remote)
{
    /// <summary>On which ways records get there, each through the mirror's source.</summary>
    public required IReadOnlyList<TopicWay> Ways { get; init; }

    /// <summary>Records have the same offsets on both sides.</summary>
    public bool KeepsOffsets { get; init; }

    /// <summary><see cref="Ways"/>, with what is known of how the mirror takes records on.</summary>
    public IEnumerable<TopicWay> WaysThrough =>
        KeepsOffsets ? Ways.Select(way => new TopicWay([.. way.Hops.SkipLast(1), way.Hops[^1] with { KeepsOffsets = true }])) : Ways;
}

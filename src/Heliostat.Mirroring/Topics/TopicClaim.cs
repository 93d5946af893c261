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
}

namespace Heliostat.Mirroring.Topics;

/// <summary>A topic that a mirror is about to take and has not stored a position of.</summary>
/// <param name="Topic">The topic of its source.</param>
/// <param name="By">Which process.</param>
/// <param name="From">The source's cluster id.</param>
/// <param name="To">The target's.</param>
/// <param name="Remote">The topic of the target.</param>
internal sealed record TopicClaim(string Topic, string By, string From, string To, string Remote)
{
    /// <summary>The mirror has it: nobody else claimed it when that was looked for.</summary>
    public bool IsHeld { get; init; }
}

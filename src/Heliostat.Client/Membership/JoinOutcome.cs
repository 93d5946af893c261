namespace Heliostat.Client.Membership;

/// <summary>What came of one attempt to join.</summary>
internal enum JoinOutcome
{
    /// <summary>The member is in the generation and knows its share.</summary>
    Joined,

    /// <summary>Join again at once: the coordinator gave a member id to come back with, or began another rebalance.</summary>
    Again,

    /// <summary>Join again after a pause: the coordinator is away, moving or loading.</summary>
    Later,

    /// <summary>What the member owned is not its own any more; it may join anew.</summary>
    Lost,
}

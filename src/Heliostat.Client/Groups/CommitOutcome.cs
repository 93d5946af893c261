namespace Heliostat.Client.Groups;

/// <summary>What became of a commit as a whole.</summary>
public enum CommitOutcome
{
    /// <summary>Stored, except for the partitions in <see cref="CommitResult.Errors"/>.</summary>
    Committed,

    /// <summary>
    /// Not stored: the group is rebalancing (REBALANCE_IN_PROGRESS). What is still owned afterwards can be committed then.
    /// </summary>
    Rebalancing,

    /// <summary>
    /// Not stored, and never will be: the partitions are not ours any more (ILLEGAL_GENERATION, UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID, or
    /// no membership at all). Forget their positions.
    /// </summary>
    NotMember,

    /// <summary>
    /// Not stored: <see cref="CommitResult.ErrorCode"/> says why (GROUP_AUTHORIZATION_FAILED and the like, or retries ran out of time).
    /// </summary>
    Failed,
}

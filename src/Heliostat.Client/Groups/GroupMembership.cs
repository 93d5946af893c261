namespace Heliostat.Client.Groups;

/// <summary>A member's standing in its group at one moment.</summary>
public sealed record GroupMembership
{
    /// <summary>Not in the group.</summary>
    public static readonly GroupMembership None = new();

    /// <summary>The coordinator's name for this member; empty before it gave one.</summary>
    public string MemberId { get; init; } = "";

    /// <summary>-1 without membership.</summary>
    public int Generation { get; init; } = -1;

    /// <summary>The name of the assignor that the group agreed on; null before the first agreement.</summary>
    public string? Protocol { get; init; }

    /// <summary>This member makes the assignments.</summary>
    public bool IsLeader { get; init; }

    /// <summary>A join is under way: partitions may come and go.</summary>
    public bool IsRebalancing { get; init; }

    /// <summary>The topics that this member joined the generation for: of others it does not know who has them.</summary>
    public IReadOnlyList<string> Topics { get; init; } = [];

    /// <summary>What the generation gives this member, whether it has taken it yet or not.</summary>
    public IReadOnlyList<TopicPartition> Assigned { get; init; } = [];

    /// <summary>What this member owns.</summary>
    public IReadOnlyList<TopicPartition> Owned { get; init; } = [];
}

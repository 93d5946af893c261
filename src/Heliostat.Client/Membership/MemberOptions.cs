namespace Heliostat.Client.Membership;

/// <summary>How to be a member of a group, whatever the group is for (classic protocol).</summary>
public sealed record MemberOptions
{
    /// <summary><c>group.id</c>.</summary>
    public required string GroupId { get; init; }

    /// <summary>
    /// <c>group.instance.id</c> (KIP-345): a member that comes back under this name keeps its place; null for a dynamic member.
    /// </summary>
    public string? GroupInstanceId { get; init; }

    /// <summary><c>session.timeout.ms</c>: a member that was silent for this long is put out.</summary>
    public TimeSpan SessionTimeout { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary><c>heartbeat.interval.ms</c>.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary><c>rebalance.timeout.ms</c>: how long the group waits for this member to rejoin.</summary>
    public TimeSpan RebalanceTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a stop may spend on leaving.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(30);
}

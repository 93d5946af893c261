using Heliostat.Client.Groups.Assignment;
using Heliostat.Client.Membership;

namespace Heliostat.Client.Groups;

/// <summary>How to take part in a consumer group (classic protocol): Kafka's consumer settings with its defaults.</summary>
public sealed record GroupOptions
{
    /// <summary><c>group.id</c>.</summary>
    public required string GroupId { get; init; }

    /// <summary>
    /// <c>group.instance.id</c> (KIP-345): a member that comes back under this name gets its partitions back; null for a dynamic member.
    /// </summary>
    public string? GroupInstanceId { get; init; }

    /// <summary><c>client.rack</c>, told to the group's leader (KIP-881); null when unknown.</summary>
    public string? ClientRack { get; init; }

    /// <summary>
    /// <c>partition.assignment.strategy</c>, in order of preference. The member is cooperative only if every entry is (KIP-429), so the
    /// default is eager; Groups/README.md says why it is this list.
    /// </summary>
    public IReadOnlyList<IAssignor> Assignors { get; init; } = Assignment.Assignors.Default;

    /// <summary><c>session.timeout.ms</c>: a member that was silent for this long loses its partitions.</summary>
    public TimeSpan SessionTimeout { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary><c>heartbeat.interval.ms</c>.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary><c>max.poll.interval.ms</c>: how long the group waits for this member to give back its partitions and rejoin.</summary>
    public TimeSpan RebalanceTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long a stop may spend on the last <see cref="IGroupListener.RevokedAsync"/> and on leaving (KafkaConsumer.close: 30 s).
    /// </summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// A static member gives up its place when it stops, instead of keeping it for the session timeout. Dynamic members always leave.
    /// </summary>
    public bool LeaveStaticMembership { get; init; }

    /// <summary>
    /// Which of the members of this process this one is, and how many they are. Before 0.9 brokers have no members: each of the process
    /// takes its part of all partitions then, and other processes are not known.
    /// </summary>
    public (int Index, int Count) Part { get; init; } = (0, 1);

    internal MemberOptions Member => new()
    {
        GroupId = GroupId,
        GroupInstanceId = GroupInstanceId,
        SessionTimeout = SessionTimeout,
        HeartbeatInterval = HeartbeatInterval,
        RebalanceTimeout = RebalanceTimeout,
        StopTimeout = StopTimeout,
    };
}

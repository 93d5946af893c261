namespace Heliostat.Client.Groups.Assignment;

/// <summary>A member as the group's leader sees it (ConsumerProtocolSubscription).</summary>
public sealed record GroupMember(string MemberId, string? GroupInstanceId, IReadOnlyList<string> Topics)
{
    /// <summary>What it owned when it joined; empty for eager members, which give up everything before.</summary>
    public IReadOnlyList<TopicPartition> OwnedPartitions { get; init; } = [];

    /// <summary>The generation of <see cref="OwnedPartitions"/> (KIP-792); -1 when unknown.</summary>
    public int Generation { get; init; } = -1;

    /// <summary><c>client.rack</c>, or null.</summary>
    public string? RackId { get; init; }

    /// <summary>What its assignor of the chosen name said, or null.</summary>
    public ReadOnlyMemory<byte>? UserData { get; init; }

    /// <summary>
    /// The order in which assignors serve members: static ones first, by instance id, then the others by member id
    /// (AbstractPartitionAssignor.MemberInfo).
    /// </summary>
    public static int CompareForAssignment(GroupMember a, GroupMember b) => (a.GroupInstanceId, b.GroupInstanceId) switch
    {
        ({ } x, { } y) => string.CompareOrdinal(x, y),
        ({ }, null) => -1,
        (null, { }) => 1,
        _ => string.CompareOrdinal(a.MemberId, b.MemberId),
    };
}

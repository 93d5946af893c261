namespace Heliostat.Client.Groups.Assignment;

/// <summary>Shares a group's partitions among its members, in the member that the coordinator made leader. Stateless.</summary>
public interface IAssignor
{
    /// <summary>The protocol name that members agree on, such as <c>range</c>.</summary>
    string Name { get; }

    /// <summary>
    /// The assignor never moves a partition that another member still owns, so members may keep theirs while they rejoin (KIP-429).
    /// </summary>
    bool SupportsCooperative { get; }

    /// <summary>
    /// What a member tells the leader's assignor: made from its last assignment and that one's generation (-1: it never had any).
    /// </summary>
    ReadOnlyMemory<byte>? UserData(IReadOnlyList<TopicPartition> lastAssignment, int lastGeneration);

    /// <summary>
    /// The partitions of each member, by member id. Topics that are not in <paramref name="partitionCounts"/> do not exist.
    /// </summary>
    Dictionary<string, List<TopicPartition>> Assign(IReadOnlyDictionary<string, int> partitionCounts, IReadOnlyList<GroupMember> members);
}

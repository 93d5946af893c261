using System.Buffers.Binary;

namespace Heliostat.Client.Groups.Assignment;

/// <summary>
/// Kafka's cooperative sticky assignor (KIP-429). A partition that is to move is given to nobody for one round, in which its owner
/// gives it up; that owner then rejoins and the next round hands it on.
/// </summary>
internal sealed class CooperativeStickyAssignor : IAssignor
{
    public string Name => "cooperative-sticky";

    public bool SupportsCooperative => true;

    /// <summary>The generation alone: what is owned stands in the subscription. Kept for leaders that do not know KIP-792.</summary>
    public ReadOnlyMemory<byte>? UserData(IReadOnlyList<TopicPartition> lastAssignment, int lastGeneration)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, lastGeneration);
        return bytes;
    }

    public Dictionary<string, List<TopicPartition>> Assign(IReadOnlyDictionary<string, int> partitionCounts,
        IReadOnlyList<GroupMember> members)
    {
        var ordered = members.OrderBy(m => m.MemberId, StringComparer.Ordinal).ToArray();
        var claims = new OwnershipClaims();
        for (var i = 0; i < ordered.Length; i++)
        {
            claims.Add(i, GenerationOf(ordered[i]), ordered[i].OwnedPartitions);
        }

        var assignment = new StickyBalance(partitionCounts, ordered, claims).Assign();
        foreach (var member in ordered)
        {
            Withhold(assignment, member, ordered, claims);
        }

        return assignment;
    }

    /// <summary>Takes out what <paramref name="member"/> may not have yet, because another still holds it.</summary>
    private static void Withhold(
        Dictionary<string, List<TopicPartition>> assignment, GroupMember member, GroupMember[] ordered, OwnershipClaims claims)
    {
        foreach (var partition in ordered.Where(m => m != member).SelectMany(m => m.OwnedPartitions).ToHashSet())
        {
            var owner = claims.OwnerOf(partition);
            if (owner < 0 || ordered[owner] != member)
            {
                assignment[member.MemberId].Remove(partition);
            }
        }
    }

    private static int GenerationOf(GroupMember member) => member.Generation >= 0 ? member.Generation
        : member.UserData is { Length: >= 4 } data ? BinaryPrimitives.ReadInt32BigEndian(data.Span)
        : -1;
}

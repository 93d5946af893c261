namespace Heliostat.Client.Groups.Assignment;

/// <summary>
/// Kafka's sticky assignor (KIP-54): members give up everything before they rejoin, and say in their user data what they had.
/// </summary>
internal sealed class StickyAssignor : IAssignor
{
    public string Name => "sticky";

    public bool SupportsCooperative => false;

    public ReadOnlyMemory<byte>? UserData(IReadOnlyList<TopicPartition> lastAssignment, int lastGeneration) =>
        lastGeneration < 0 ? default(ReadOnlyMemory<byte>?) : StickyUserData.Write(lastAssignment, lastGeneration);

    public Dictionary<string, List<TopicPartition>> Assign(IReadOnlyDictionary<string, int> partitionCounts,
        IReadOnlyList<GroupMember> members)
    {
        var ordered = members.OrderBy(m => m.MemberId, StringComparer.Ordinal).ToArray();
        var claims = new OwnershipClaims();
        for (var i = 0; i < ordered.Length; i++)
        {
            var (partitions, generation) = StickyUserData.Read(ordered[i].UserData);
            claims.Add(i, generation, partitions);
        }

        return new StickyBalance(partitionCounts, ordered, claims).Assign();
    }
}

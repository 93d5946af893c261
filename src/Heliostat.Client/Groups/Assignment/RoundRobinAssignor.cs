namespace Heliostat.Client.Groups.Assignment;

/// <summary>
/// Kafka's round-robin assignor: all partitions, by topic and number, are dealt to the members in turn; who is not subscribed is passed
/// over.
/// </summary>
internal sealed class RoundRobinAssignor : IAssignor
{
    public string Name => "roundrobin";

    public bool SupportsCooperative => false;

    public ReadOnlyMemory<byte>? UserData(IReadOnlyList<TopicPartition> lastAssignment, int lastGeneration) => null;

    public Dictionary<string, List<TopicPartition>> Assign(IReadOnlyDictionary<string, int> partitionCounts,
        IReadOnlyList<GroupMember> members)
    {
        var assignment = members.ToDictionary(m => m.MemberId, _ => new List<TopicPartition>());
        var ordered = members.ToArray();
        Array.Sort(ordered, GroupMember.CompareForAssignment);
        var topicsOf = ordered.Select(m => m.Topics.ToHashSet()).ToArray();
        var turn = 0;
        foreach (var topic in topicsOf.SelectMany(t => t).Distinct().Where(partitionCounts.ContainsKey).Order(StringComparer.Ordinal))
        {
            for (var partition = 0; partition < partitionCounts[topic]; partition++)
            {
                while (!topicsOf[turn].Contains(topic))
                {
                    turn = (turn + 1) % ordered.Length;
                }

                assignment[ordered[turn].MemberId].Add(new TopicPartition(topic, partition));
                turn = (turn + 1) % ordered.Length;
            }
        }

        return assignment;
    }
}

namespace Heliostat.Client.Groups.Assignment;

/// <summary>
/// Kafka's range assignor: for each topic the first <c>partitions % members</c> subscribers get one partition more than the rest, in runs.
/// Racks (KIP-881) are not looked at: the assignment is valid for any Java member, only less local.
/// </summary>
internal sealed class RangeAssignor : IAssignor
{
    public string Name => "range";

    public bool SupportsCooperative => false;

    public ReadOnlyMemory<byte>? UserData(IReadOnlyList<TopicPartition> lastAssignment, int lastGeneration) => null;

    public Dictionary<string, List<TopicPartition>> Assign(IReadOnlyDictionary<string, int> partitionCounts,
        IReadOnlyList<GroupMember> members)
    {
        var assignment = members.ToDictionary(m => m.MemberId, _ => new List<TopicPartition>());
        var ordered = members.ToArray();
        Array.Sort(ordered, GroupMember.CompareForAssignment);
        var topicsOf = Array.ConvertAll(ordered, m => m.Topics.ToHashSet());
        foreach (var topic in partitionCounts.Keys.Order(StringComparer.Ordinal))
        {
            var subscribers = ordered.Where((_, i) => topicsOf[i].Contains(topic)).ToArray();
            var next = 0;
            for (var i = 0; i < subscribers.Length; i++)
            {
                var share = partitionCounts[topic] / subscribers.Length + (i < partitionCounts[topic] % subscribers.Length ? 1 : 0);
                for (var end = next + share; next < end; next++)
                {
                    assignment[subscribers[i].MemberId].Add(new TopicPartition(topic, next));
                }
            }
        }

        return assignment;
    }
}

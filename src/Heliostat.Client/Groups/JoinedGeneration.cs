using Heliostat.Client.Groups.Assignment;

namespace Heliostat.Client.Groups;

/// <summary>A generation as its member sees it.</summary>
/// <param name="Assignor">The assignor that the group agreed on.</param>
/// <param name="Topics">What this member was subscribed to when it joined.</param>
/// <param name="Assignment">Its share.</param>
/// <param name="Counts">The leader's alone: the group's topics as they were when it made the assignment; a change asks for another.</param>
internal sealed record JoinedGeneration(IAssignor Assignor, IReadOnlyList<string> Topics, List<TopicPartition> Assignment,
    PartitionCounts? Counts)
{
    /// <summary>
    /// When the request was sent that the coordinator answered with it, in timestamps of the clock; for ever where it is alone.
    /// </summary>
    public long AskedAt { get; init; }

    public bool IsLeader => Counts is not null;

    /// <summary>The brokers know no members: nobody is to be told that this one lives, or asked for anything.</summary>
    public bool IsAlone { get; init; }
}

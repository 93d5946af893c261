namespace Heliostat.Client.Groups.Assignment;

/// <summary>The assignors that Kafka's consumer has.</summary>
public static class Assignors
{
    /// <summary>
    /// <c>range</c>: per topic, runs of partitions in order of the members; equal partitions of topics of equal size meet in one member.
    /// </summary>
    public static IAssignor Range { get; } = new RangeAssignor();

    /// <summary><c>roundrobin</c>: all partitions of all topics dealt out in turn.</summary>
    public static IAssignor RoundRobin { get; } = new RoundRobinAssignor();

    /// <summary><c>sticky</c>: as balanced as can be, then with as few moves as can be (KIP-54). Eager.</summary>
    public static IAssignor Sticky { get; } = new StickyAssignor();

    /// <summary><c>cooperative-sticky</c>: sticky, and moves a partition only after its owner gave it up (KIP-429).</summary>
    public static IAssignor CooperativeSticky { get; } = new CooperativeStickyAssignor();

    /// <summary>All of them.</summary>
    public static IReadOnlyList<IAssignor> All { get; } = [Range, RoundRobin, Sticky, CooperativeSticky];

    /// <summary>
    /// Sticky among our own; range with Java members of any release; cooperative-sticky, taken eagerly, to get into a group that is set to
    /// it alone.
    /// </summary>
    public static IReadOnlyList<IAssignor> Default { get; } = [Sticky, Range, CooperativeSticky];
}

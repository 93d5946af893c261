namespace Heliostat.Mirroring.Planning;

/// <summary>What a flow would do if it ran now: looked up and decided, and nothing of it done.</summary>
public sealed record FlowPlan
{
    /// <summary>The flow as the file names it: <c>A->B</c>.</summary>
    public required string Flow { get; init; }

    /// <summary>False: it only writes heartbeats.</summary>
    public required bool Enabled { get; init; }

    public required PlannedCluster Source { get; init; }

    public required PlannedCluster Target { get; init; }

    /// <summary>The topics that it mirrors.</summary>
    public IReadOnlyList<PlannedMirror> Mirrored { get; init; } = [];

    /// <summary>
    /// Those of <see cref="Mirrored"/> that <c>topics</c> does not select: heartbeats, and what by its name is a mirror of them.
    /// </summary>
    public IReadOnlyList<string> Unnamed { get; init; } = [];

    /// <summary>How many partitions it mirrors.</summary>
    public int Lanes => Mirrored.Sum(topic => topic.Partitions);

    /// <summary>Mirrors that are missing on the target.</summary>
    public IReadOnlyList<PlannedTopic> Create { get; init; } = [];

    /// <summary>Mirrors that get more partitions.</summary>
    public IReadOnlyList<PlannedGrowth> Grow { get; init; } = [];

    /// <summary>Configs of standing mirrors that differ from the source's.</summary>
    public IReadOnlyList<PlannedConfig> Configs { get; init; } = [];

    public required PlannedAcls Acls { get; init; }

    /// <summary>Topics that the flow keeps its state in and that are missing.</summary>
    public IReadOnlyList<PlannedInternalTopic> InternalTopics { get; init; } = [];

    /// <summary>Topics of the source that are not mirrored.</summary>
    public IReadOnlyList<PlannedOmission> LeftOut { get; init; } = [];

    public required PlannedGroups Groups { get; init; }

    public required PlannedCopy Copy { get; init; }

    /// <summary>Why batches of which topics will be opened and built anew, as far as configs tell.</summary>
    public IReadOnlyList<PlannedOpening> Opened { get; init; } = [];

    /// <summary>What its principals need to be allowed on both clusters, and lack.</summary>
    public IReadOnlyList<PlannedRight> Rights { get; init; } = [];

    /// <summary>What is done to topics' records one by one.</summary>
    public IReadOnlyList<PlannedTransform> Transformed { get; init; } = [];

    /// <summary>
    /// Whether lanes keep their offsets (<c>heliostat.offsets = equal</c>), as far as logs tell; those that have nothing yet are missing.
    /// </summary>
    public IReadOnlyList<PlannedEquality> Equality { get; init; } = [];

    /// <summary>What works otherwise than one might think.</summary>
    public IReadOnlyList<PlannedHazard> Hazards { get; init; } = [];

    /// <summary>Everything that the clusters would refuse, for a person.</summary>
    public IReadOnlyList<string> Refusals { get; init; } = [];
}

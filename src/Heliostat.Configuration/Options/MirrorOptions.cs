namespace Heliostat.Configuration.Options;

/// <summary>One flow from a source to a target cluster, as the user asked for it: what every command line and file is translated into.</summary>
public sealed record MirrorOptions
{
    public required SourceOptions Source { get; init; }

    public required TargetOptions Target { get; init; }

    /// <summary>Which of the source's topics are mirrored.</summary>
    public required TopicSelection Topics { get; init; }

    public TopicNaming Naming { get; init; } = TopicNaming.Keep;

    public Partitioner Partitioner { get; init; } = Partitioner.Same;

    /// <summary>How many members this process adds to the group, each with connections of its own.</summary>
    public int Streams { get; init; } = 1;

    /// <summary>The consumer group on the source that stores the positions.</summary>
    public string GroupId => Source.Group.GroupId;

    /// <summary>True: a position is used only for the topic of the target that it was made with. False: for whatever the group was used, as MirrorMaker 1 does.</summary>
    public bool ChecksPositions { get; init; }

    /// <summary>
    /// The group of earlier versions, named for the target's address, where no group was chosen: the group is then named for the target's cluster and what
    /// topics are called there. Null where one was chosen.
    /// </summary>
    public string? FormerGroupId { get; init; }

    /// <summary>How often the acknowledged positions are committed to the source.</summary>
    public TimeSpan CommitInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>True: a batch that cannot be delivered ends the mirror. False: its lane pauses and the others go on.</summary>
    public bool AbortOnSendFailure { get; init; } = true;

    /// <summary>Stop once everything that was on the source at the start has been acknowledged by the target.</summary>
    public bool UntilEnd { get; init; }

    /// <summary>The most bytes held in frames between the two clusters; reading stops when they are used up.</summary>
    public long MemoryBudgetBytes { get; init; } = MemoryBudget.DefaultBytes;

    /// <summary>How long a graceful stop may take: half of it for the last acknowledgements, the rest to commit and to leave the group.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(30);

    public TopicCreationOptions TopicCreation { get; init; } = new();
}

namespace Heliostat.Configuration.Options;

/// <summary>
/// Positions in a consumer group of the source, whose members own the lanes: MirrorMaker 1's way, and that of the form without a file.
/// </summary>
public sealed record SourceGroupOptions : PositionOptions
{
    /// <summary>How many members this process adds to the group, each with connections of its own.</summary>
    public int Streams { get; init; } = 1;

    public Partitioner Partitioner { get; init; } = Partitioner.Same;

    /// <summary>
    /// True: a position is used only for the topic of the target that it was made with. False: for whatever the group was used, as
    /// MirrorMaker 1 does.
    /// </summary>
    public bool ChecksPositions { get; init; }

    /// <summary>
    /// The group of earlier versions, named for the target's address, where no group was chosen: the group is then named for the target's
    /// cluster and what topics are called there. Null where one was chosen.
    /// </summary>
    public string? FormerGroupId { get; init; }

    /// <summary>
    /// What the group kept in ZooKeeper: the next offset to read of each partition, used where it has committed nothing since. Empty where
    /// nobody asked for that.
    /// </summary>
    public IReadOnlyDictionary<TopicPartition, long> ZooKeeperOffsets { get; init; } = new Dictionary<TopicPartition, long>();

    /// <summary>How often the acknowledged positions are committed to the source.</summary>
    public TimeSpan CommitInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>True: a batch that cannot be delivered ends the mirror. False: its lane pauses and the others go on.</summary>
    public bool AbortOnSendFailure { get; init; } = true;

    /// <summary>Stop once everything that was on the source at the start has been acknowledged by the target.</summary>
    public bool UntilEnd { get; init; }
}

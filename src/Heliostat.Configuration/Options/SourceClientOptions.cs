namespace Heliostat.Configuration.Options;

/// <summary>How to read from the source cluster: Kafka's consumer settings that Heliostat honours, with its defaults.</summary>
public sealed record SourceClientOptions : ClientOptions
{
    /// <summary><c>group.id</c>: the consumer group on the source that shares the partitions and stores the positions.</summary>
    public required string GroupId { get; init; }

    /// <summary><c>group.instance.id</c> (KIP-345): static membership, or null.</summary>
    public string? GroupInstanceId { get; init; }

    /// <summary><c>client.rack</c> (KIP-392): fetch from the nearest replica, or null.</summary>
    public string? ClientRack { get; init; }

    /// <summary><c>auto.offset.reset</c>: decides only where a partition without a committed offset starts.</summary>
    public AutoOffsetReset AutoOffsetReset { get; init; } = AutoOffsetReset.Earliest;

    /// <summary><c>isolation.level</c>.</summary>
    public IsolationLevel IsolationLevel { get; init; } = IsolationLevel.ReadCommitted;

    /// <summary><c>fetch.min.bytes</c>: the broker answers once it has this much, or after <see cref="FetchMaxWait"/>.</summary>
    public int FetchMinBytes { get; init; } = 1;

    /// <summary><c>fetch.max.bytes</c>: the most bytes in one fetch response; one larger batch is still delivered.</summary>
    public int FetchMaxBytes { get; init; } = 50 * 1024 * 1024;

    /// <summary><c>max.partition.fetch.bytes</c>: the most bytes of one partition in one fetch response; one larger batch is still delivered.</summary>
    public int MaxPartitionFetchBytes { get; init; } = 1024 * 1024;

    /// <summary><c>fetch.max.wait.ms</c>: how long a broker may hold a fetch that found less than <see cref="FetchMinBytes"/>.</summary>
    public TimeSpan FetchMaxWait { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary><c>session.timeout.ms</c>: a group member that was silent for this long loses its partitions.</summary>
    public TimeSpan SessionTimeout { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary><c>heartbeat.interval.ms</c>: how often a group member reports.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary><c>max.poll.interval.ms</c>: sent as the rebalance timeout; a member that does not rejoin within it is left out.</summary>
    public TimeSpan RebalanceTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary><c>partition.assignment.strategy</c>, in order of preference; range is last so that a group with Java members can agree on it.</summary>
    public IReadOnlyList<AssignmentStrategy> PartitionAssignmentStrategy { get; init; } =
        [AssignmentStrategy.Sticky, AssignmentStrategy.Range, AssignmentStrategy.CooperativeSticky];

    /// <summary><c>default.api.timeout.ms</c>: how long the source may take to answer at the start; null for ten seconds.</summary>
    public TimeSpan? DefaultApiTimeout { get; init; }

    /// <summary><c>check.crcs</c>: verify batches on the record path; the pass-through path hands the source's checksum to the target to verify.</summary>
    public bool CheckCrcs { get; init; } = true;
}

namespace Heliostat.Configuration.Options;

/// <summary>Positions in a topic of the target, and lanes owned by the workers that share the flow: MirrorMaker 2's way.</summary>
public sealed record WorkerOptions : PositionOptions
{
    /// <summary>How many slots a flow has where its file does not say.</summary>
    public const int DefaultSlots = 32;

    /// <summary>The same under exactly-once, where each slot has transactions of its own.</summary>
    public const int DefaultSlotsInTransactions = 8;

    /// <summary>
    /// In how many slots its lanes are shared out among processes: <c>tasks.max</c> where the file says it, as no more processes than that
    /// work at once.
    /// </summary>
    public required int Slots { get; init; }

    /// <summary><c>group.id</c>.</summary>
    public required string GroupId { get; init; }

    /// <summary>
    /// The group in which processes share the flow: <see cref="GroupId"/>, unless it is said. A worker of Kafka Connect has one
    /// <c>group.id</c> for all its flows.
    /// </summary>
    public string ShareGroupId { get => field ?? GroupId; init; }

    /// <summary><c>offset.storage.topic</c>, or the connector's own <c>offsets.storage.topic</c>.</summary>
    public required string OffsetsTopic { get; init; }

    /// <summary><c>offset.storage.partitions</c>; -1 asks for the broker's default.</summary>
    public required int OffsetsTopicPartitions { get; init; }

    /// <summary><c>offset.storage.replication.factor</c>; -1 asks for the broker's default.</summary>
    public required short OffsetsTopicReplicationFactor { get; init; }

    /// <summary>
    /// Further <c>offset.storage.*</c> keys: topic configs for the creation of the offsets topic, without <c>cleanup.policy</c>, which is
    /// always compact.
    /// </summary>
    public required IReadOnlyDictionary<string, string> OffsetsTopicConfigs { get; init; }

    /// <summary><c>offset.flush.interval.ms</c>: how often positions are stored.</summary>
    public required TimeSpan OffsetFlushInterval { get; init; }

    /// <summary><c>exactly.once.source.support</c>.</summary>
    public required ExactlyOnceSourceSupport ExactlyOnce { get; init; }

    /// <summary>Whether records, positions and offset maps are written in transactions.</summary>
    public bool IsExactlyOnce => ExactlyOnce == ExactlyOnceSourceSupport.Enabled;

    /// <summary>
    /// <c>heliostat.fence</c>: slots have transactional ids, so that the target's brokers refuse what their former owners still send.
    /// </summary>
    public bool Fences { get; init; } = true;

    /// <summary>
    /// <c>session.timeout.ms</c>: a process that is silent for this long has its lanes taken over by others; 6 s where the file does not
    /// say.
    /// </summary>
    public required TimeSpan SessionTimeout { get; init; }

    /// <summary><c>heartbeat.interval.ms</c>; half a second where the file does not say.</summary>
    public required TimeSpan HeartbeatInterval { get; init; }

    /// <summary><c>rebalance.timeout.ms</c>: how long the others wait for one that is to join again.</summary>
    public required TimeSpan RebalanceTimeout { get; init; }

    /// <summary>The source connector's name: first part of the keys in the offsets topic.</summary>
    public required string ConnectorName { get; init; }
}

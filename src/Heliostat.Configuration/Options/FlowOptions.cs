using Heliostat.Client;
using Heliostat.Configuration.Losses;

namespace Heliostat.Configuration.Options;

/// <summary>One flow of the file with the values that hold for it.</summary>
public sealed record FlowOptions
{
    /// <summary>How many slots a flow has where its file does not say.</summary>
    public const int DefaultSlots = 32;

    /// <summary>Which cluster is mirrored to which.</summary>
    public required FlowName Name { get; init; }

    /// <summary>False: the flow only has heartbeats, and neither topics nor groups are looked at.</summary>
    public required bool Enabled { get; init; }

    /// <summary><c>topics</c> and <c>topics.exclude</c>.</summary>
    public required TopicSelection Selection { get; init; }

    public required NamingOptions Naming { get; init; }

    public required TopicOptions Topics { get; init; }

    /// <summary><c>heliostat.on.*</c>: what is done where records were lost.</summary>
    public LossPolicies Losses { get; init; } = LossPolicies.Default;

    public required OffsetSyncOptions OffsetSyncs { get; init; }

    public required CheckpointOptions Groups { get; init; }

    public required HeartbeatOptions Heartbeats { get; init; }

    public required WorkerOptions Worker { get; init; }

    /// <summary><c>heliostat.tail.max.bytes</c>: how much of each lane's target is compared behind its stored position.</summary>
    public required long TailMaxBytes { get; init; }

    /// <summary><c>tasks.max</c>: under exactly-once the producers that its lanes are shared out among.</summary>
    public required int TasksMax { get; init; }

    /// <summary>In how many slots its lanes are shared out among processes: <c>tasks.max</c> where the file says it, as no more processes than that work at once.</summary>
    public required int Slots { get; init; }

    /// <summary><c>admin.timeout.ms</c>.</summary>
    public required TimeSpan AdminTimeout { get; init; }

    /// <summary>Reads mirrored topics, and offset syncs when they are on the source. Its group is the worker's and joins nothing on the source.</summary>
    public required SourceOptions SourceConsumer { get; init; }

    /// <summary>Writes mirrored records, positions, checkpoints and heartbeats.</summary>
    public required TargetOptions DataProducer { get; init; }

    /// <summary>Reads checkpoints and positions, and offset syncs when they are on the target.</summary>
    public required SourceOptions TargetConsumer { get; init; }

    /// <summary>Writes offset syncs, to the source or the target as <see cref="OffsetSyncOptions.Location"/> says.</summary>
    public required TargetOptions OffsetSyncsProducer { get; init; }

    public required ClientOptions SourceAdmin { get; init; }

    public required ClientOptions TargetAdmin { get; init; }
}

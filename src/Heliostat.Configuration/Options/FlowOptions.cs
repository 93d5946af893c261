using Heliostat.Client;
using Heliostat.Configuration.Losses;
using Heliostat.Configuration.Transforms;

namespace Heliostat.Configuration.Options;

/// <summary>
/// One flow from a source to a target cluster, as the user asked for it: what every command line and file is translated into. What is not
/// asked for is off, and a client that nobody set apart connects as the one that moves the records of its side.
/// </summary>
public sealed record FlowOptions
{
    /// <summary>How much of each lane's target is compared behind its stored position where nobody says.</summary>
    public const long DefaultTailMaxBytes = 1L << 30;

    /// <summary>How long one creation of a topic may take where nobody says.</summary>
    public static readonly TimeSpan DefaultAdminTimeout = TimeSpan.FromMinutes(1);

    /// <summary>Which cluster is mirrored to which; the words of the forms without aliases where there are none.</summary>
    public FlowName Name { get; init; } = new("source", "target");

    /// <summary>False: the flow only has heartbeats, and neither topics nor groups are looked at.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>
    /// Where its positions live, and with that who owns its lanes: <see cref="SourceGroupOptions"/> or <see cref="WorkerOptions"/>.
    /// </summary>
    public required PositionOptions Positions { get; init; }

    /// <summary><c>topics</c> and <c>topics.exclude</c>: which of the source's topics are mirrored.</summary>
    public required TopicSelection Selection { get; init; }

    /// <summary>What mirrored topics are called.</summary>
    public NamingOptions Naming { get; init; } = NamingOptions.Keep;

    public TopicOptions Topics { get; init; } = TopicOptions.Off;

    /// <summary><c>heliostat.on.*</c>: what is done where records were lost.</summary>
    public LossPolicies Losses { get; init; } = LossPolicies.Default;

    /// <summary><c>errors.deadletterqueue.*</c>: where records go that are not mirrored and not to be lost; null for nowhere.</summary>
    public DeadLetterOptions? DeadLetters { get; init; }

    /// <summary><c>transforms</c> and what Heliostat has besides: what is done to topics and records on the way.</summary>
    public TransformChain Transforms { get; init; } = TransformChain.None;

    /// <summary>The JVM that classes in <see cref="Transforms"/> run in; null where there are none.</summary>
    public JavaOptions? Java { get; init; }

    /// <summary><c>heliostat.schemas</c>: how the schemas of its records reach the target's registry; null where they do not.</summary>
    public SchemaOptions? Schemas { get; init; }

    /// <summary><c>heliostat.provenance</c>: the header that tells where a record was first written.</summary>
    public ProvenanceKind Provenance { get; init; }

    /// <summary><c>heliostat.delay</c>: how old records are to be when they go.</summary>
    public TopicDelays Delays { get; init; } = TopicDelays.None;

    /// <summary><c>heliostat.window</c>: when records are mirrored; null for at any time.</summary>
    public TimeWindows? Window { get; init; }

    /// <summary><c>heliostat.from</c>: where lanes begin that no position is stored of.</summary>
    public TopicBounds From { get; init; } = TopicBounds.None;

    /// <summary><c>heliostat.until</c>: where lanes end.</summary>
    public TopicBounds Until { get; init; } = TopicBounds.None;

    /// <summary>
    /// Lanes for which nothing else is asked for end where their logs do when they are opened, and the flow ends with its lanes
    /// (<c>--until-end</c>).
    /// </summary>
    public bool UntilEnd { get; init; }

    /// <summary><c>heliostat.residency.deny</c>: what of it may not be mirrored at all.</summary>
    public Residency Residency { get; init; } = Residency.Free;

    /// <summary><c>heliostat.offsets</c>: which topics have the same offsets on both sides.</summary>
    public EqualOffsets Equal { get; init; } = EqualOffsets.None;

    public OffsetSyncOptions OffsetSyncs { get; init; } = OffsetSyncOptions.Off;

    public CheckpointOptions Groups { get; init; } = CheckpointOptions.Off;

    public HeartbeatOptions Heartbeats { get; init; } = HeartbeatOptions.Off;

    /// <summary><c>heliostat.tail.max.bytes</c>: how much of each lane's target is compared behind its stored position.</summary>
    public long TailMaxBytes { get; init; } = DefaultTailMaxBytes;

    /// <summary><c>heliostat.throttle.bytes.per.second</c>; null for as much as it can.</summary>
    public long? ThrottleBytesPerSecond { get; init; }

    /// <summary><c>heliostat.audit.rate</c>: what was mirrored is read again on both sides and compared; null where it is not.</summary>
    public long? AuditBytesPerSecond { get; init; }

    /// <summary><c>admin.timeout.ms</c>: how long one creation of a topic may take before it is tried again.</summary>
    public TimeSpan AdminTimeout { get; init; } = DefaultAdminTimeout;

    /// <summary>
    /// Reads mirrored topics, and offset syncs when they are on the source. Its group stores the positions, or is the worker's and joins
    /// nothing.
    /// </summary>
    public required SourceOptions SourceConsumer { get; init; }

    /// <summary>Writes mirrored records, positions, checkpoints and heartbeats.</summary>
    public required TargetOptions DataProducer { get; init; }

    /// <summary>Reads checkpoints and positions, and offset syncs when they are on the target.</summary>
    public SourceOptions TargetConsumer
    {
        get => field ?? new SourceOptions { Client = DataProducer.Client, Group = SourceConsumer.Group };
        init;
    }

    /// <summary>Writes offset syncs, to the source or the target as <see cref="OffsetSyncOptions.Location"/> says.</summary>
    public TargetOptions OffsetSyncsProducer
    {
        get => field ?? DataProducer;
        init;
    }

    public ClientOptions SourceAdmin
    {
        get => field ?? SourceConsumer.Client;
        init;
    }

    public ClientOptions TargetAdmin
    {
        get => field ?? DataProducer.Client;
        init;
    }

    /// <summary>The positions of MirrorMaker 1's way.</summary>
    /// <exception cref="InvalidCastException">They are in a topic of the target.</exception>
    public SourceGroupOptions SourceGroup => (SourceGroupOptions)Positions;

    /// <summary>The positions of MirrorMaker 2's way.</summary>
    /// <exception cref="InvalidCastException">They are in a group of the source.</exception>
    public WorkerOptions Worker => (WorkerOptions)Positions;
}

namespace Heliostat.Status;

/// <summary>One flow.</summary>
internal sealed record FlowDocument
{
    /// <summary><c>A->B</c>.</summary>
    public required string Flow { get; init; }

    public required string Source { get; init; }

    public required string Target { get; init; }

    /// <summary>Where the source is asked for first, as <c>host:port</c>, separated by commas; null where no process runs.</summary>
    public string? SourceServers { get; init; }

    /// <summary>Where the target is asked for first.</summary>
    public string? TargetServers { get; init; }

    /// <summary>
    /// starting, running, waiting (tries again by itself), refused (somebody has to act), stopped; unknown where no process runs.
    /// </summary>
    public required string State { get; init; }

    /// <summary>An operator wants it to stand still.</summary>
    public bool Paused { get; init; }

    /// <summary>Why it waits or was refused, or what does not get on although it runs.</summary>
    public string? Cause { get; init; }

    public required LaneCounts Lanes { get; init; }

    /// <summary>Offsets not yet on the target; null while that of any lane is not known.</summary>
    public long? LagRecords { get; init; }

    /// <summary>The part of it that is known.</summary>
    public long LagAtLeast { get; init; }

    /// <summary>An estimate; null when it cannot be given.</summary>
    public long? LagBytes { get; init; }

    /// <summary>
    /// How long the oldest record has waited that is not on the target, in seconds; 0 when nothing is behind, null where that is of no lane
    /// known.
    /// </summary>
    public double? LagSeconds { get; init; }

    /// <summary>When the source is expected to delete the first record that is not mirrored yet; null where nobody expects it.</summary>
    public DateTimeOffset? DeletedAt { get; init; }

    /// <summary>
    /// When the first lane goes on that waits for records to be old enough (<c>heliostat.delay</c>), or for a window
    /// (<c>heliostat.window</c>); null where none does.
    /// </summary>
    public DateTimeOffset? DelayedUntil { get; init; }

    /// <summary>The topic that is farthest behind; null when none is.</summary>
    public string? WorstTopic { get; init; }

    /// <summary>Acknowledged by the target since the process started.</summary>
    public long Records { get; init; }

    /// <summary>Bytes of batches acknowledged by the target since the process started.</summary>
    public long Bytes { get; init; }

    public double RecordsPerSecond { get; init; }

    public double BytesPerSecond { get; init; }

    /// <summary>When the positions of all lanes were last stored.</summary>
    public DateTimeOffset? PositionsStoredAt { get; init; }

    /// <summary>What is filled so that offsets are the same, and how long that takes, for people; null where nothing is.</summary>
    public string? Filling { get; init; }

    /// <summary>How this process stands among those that share the flow; null while it is among none.</summary>
    public WorkerDocument? Worker { get; init; }

    /// <summary>What an operator lets it, or topics of it, take in this process; empty where that is as much as they can.</summary>
    public IReadOnlyList<ThrottleDocument> Throttles { get; init; } = [];

    /// <summary>How the schemas of its records stand (<c>heliostat.schemas</c>); null of a flow that has nothing to do with them.</summary>
    public SchemasDocument? Schemas { get; init; }

    /// <summary>How the background audit stands; null where there never was one.</summary>
    public AuditDocument? Audit { get; init; }

    /// <summary>What was lost since the process started.</summary>
    public IReadOnlyList<LossDocument> Losses { get; init; } = [];
}

/// <summary>Schemas of a flow in both registries.</summary>
/// <param name="Subjects">Subjects of the source's registry that are copied.</param>
/// <param name="Known">Ids of the source's registry that are known on the target.</param>
/// <param name="Registered">Schemas that this process registered there.</param>
/// <param name="UnknownIds">Ids that records have and the source's registry does not.</param>
/// <param name="Refused">Subjects that the target's registry does not take.</param>
/// <param name="LookedAt">When the registries were last looked at whole.</param>
internal sealed record SchemasDocument(int Subjects, int Known, long Registered, int UnknownIds, IReadOnlyList<string> Refused,
    DateTimeOffset? LookedAt);

/// <summary>Lanes by what they do.</summary>
internal sealed record LaneCounts
{
    public int All => Live + Waiting + Paused + Failed + Stopped;

    public int Live { get; init; }

    /// <summary>To be opened.</summary>
    public int Waiting { get; init; }

    /// <summary>Standing still, and tried again by themselves.</summary>
    public int Paused { get; init; }

    /// <summary>Standing still until somebody acts.</summary>
    public int Failed { get; init; }

    /// <summary>Of a flow that does not run.</summary>
    public int Stopped { get; init; }

    /// <summary>Of all of them: those that an operator paused.</summary>
    public int PausedByOperator { get; init; }

    /// <summary>Of all of them: those whose lag is not known.</summary>
    public int LagUnknown { get; init; }

    /// <summary>Of all of them: those that wait for records to be old enough.</summary>
    public int Delayed { get; init; }

    /// <summary>Of all of them: those that have mirrored all that they are to (<c>heliostat.until</c>).</summary>
    public int Ended { get; init; }

    /// <summary>Of all of them: those whose records have the same offsets on both sides, as was asked for.</summary>
    public int EqualOffsets { get; init; }

    /// <summary>Of all of them: those whose records were to have the same offsets, and have not.</summary>
    public int UnequalOffsets { get; init; }
}

/// <summary>A process among those that share a flow.</summary>
/// <param name="Name">What the others call it.</param>
/// <param name="Slots">Shares of the flow's lanes that it has.</param>
/// <param name="Of">Shares that there are.</param>
/// <param name="Workers">Processes that share the flow.</param>
/// <param name="Differs">Keys of its file that differ from that of the others; it mirrors nothing while there are any.</param>
internal sealed record WorkerDocument(string Name, int Slots, int Of, int Workers, IReadOnlyList<string> Differs);

/// <summary>The most that a flow, or a topic of it, takes.</summary>
/// <param name="Topic">The topic on the source; null for the whole flow.</param>
/// <param name="BytesPerSecond">On average over some seconds.</param>
internal sealed record ThrottleDocument(string? Topic, long BytesPerSecond);

/// <summary>Losses of one kind in one topic.</summary>
/// <param name="Topic">The topic on the source.</param>
/// <param name="Kind">In the words of <c>heliostat.on.&lt;kind&gt;</c>.</param>
/// <param name="Times">How often.</param>
/// <param name="Records">Source offsets that were left out; 0 where it cannot be told.</param>
internal sealed record LossDocument(string Topic, string Kind, long Times, long Records);

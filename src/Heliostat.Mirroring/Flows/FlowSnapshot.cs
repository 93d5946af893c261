using Heliostat.Mirroring.Audit;
using Heliostat.Mirroring.Groups;
using Heliostat.Mirroring.Lanes;
using Heliostat.Mirroring.Losses;
using Heliostat.Mirroring.Pump;
using Heliostat.Mirroring.Registries;
using Heliostat.Mirroring.Sharing;
using Heliostat.Mirroring.Troubles;

namespace Heliostat.Mirroring.Flows;

/// <summary>One flow at one moment.</summary>
public sealed record FlowSnapshot
{
    /// <summary>The flow as the file names it: <c>A->B</c>.</summary>
    public required string Flow { get; init; }

    public required FlowStatus Status { get; init; }

    /// <summary>
    /// Why it waits or was refused, or what does not get on although it runs; empty when all is well. Those of its lanes are at the lanes.
    /// </summary>
    public IReadOnlyList<Trouble> Troubles { get; init; } = [];

    /// <summary>The first of <see cref="Troubles"/> in a sentence; null when there is none.</summary>
    public string? Cause => Troubles is [var first, ..] ? first.Sentence : null;

    /// <summary>Whether it ever ran: its clusters answered and its lanes were planned.</summary>
    public bool HasRun { get; init; }

    /// <summary>An operator wants it to stand still, whatever its status; duties go on.</summary>
    public bool IsPaused { get; init; }

    /// <summary>What an operator lets it take, and topics of it; empty where that is as much as they can.</summary>
    public IReadOnlyList<Throttle> Throttles { get; init; } = [];

    /// <summary>How this process stands among those that share the flow; null while it is among none.</summary>
    public WorkerStatus? Worker { get; init; }

    /// <summary>What its lanes do.</summary>
    public required MirrorSnapshot Lanes { get; init; }

    /// <summary>Each lane, by topic and partition; empty when it was not asked for.</summary>
    public IReadOnlyList<LaneProgress> ByLane { get; init; } = [];

    /// <summary>
    /// Where followed groups would go on on the target; empty when it was not asked for, and of a flow that follows none.
    /// </summary>
    public IReadOnlyList<GroupSnapshot> Groups { get; init; } = [];

    /// <summary>How the schemas of its records stand; null of a flow that has nothing to do with them, and before it looked.</summary>
    public SchemaStatus? Schemas { get; init; }

    /// <summary>How its background audit stands; null where there never was one.</summary>
    public AuditStatus? Audit { get; init; }

    /// <summary>Where it mirrors from; null before it first tried.</summary>
    public ClusterSnapshot? Source { get; init; }

    /// <summary>Where it mirrors to; null before it first tried.</summary>
    public ClusterSnapshot? Target { get; init; }

    /// <summary>What was lost since the process started.</summary>
    public IReadOnlyList<LossCount> Losses { get; init; } = [];

    /// <summary>When the positions of all lanes were last stored; null when they were not yet.</summary>
    public DateTimeOffset? PositionsStoredAt { get; init; }

    /// <summary>How long their last store took, of the slot where it took longest; null while they were not stored.</summary>
    public TimeSpan? PositionsStoredIn { get; init; }

    /// <summary>
    /// How long each checkpoint took that was written since the flow runs, from when the group's offset was read to when the topic had
    /// it: the last of each group in each partition, no order.
    /// </summary>
    public IReadOnlyList<CheckpointTime> CheckpointTimes { get; init; } = [];

    /// <summary>From fetched to acknowledged by the target, batch by batch, by one clock.</summary>
    public Latencies AcknowledgementLatency { get; init; } = Latencies.None;

    /// <summary>
    /// From the timestamp of a batch's youngest record to the target's acknowledgement, record by record; as right as the clocks of the
    /// producers.
    /// </summary>
    public Latencies ReplicationLatency { get; init; } = Latencies.None;
}

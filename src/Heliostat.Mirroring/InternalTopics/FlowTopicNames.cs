using Heliostat.Configuration.Options;
using Heliostat.MirrorClient.OffsetMaps;
using Heliostat.MirrorClient.Policies;

namespace Heliostat.Mirroring.InternalTopics;

/// <summary>The internal topics of a flow, by the names that MirrorMaker 2 gives them.</summary>
internal sealed class FlowTopicNames
{
    public FlowTopicNames(FlowOptions flow)
    {
        var policy = ReplicationPolicy.Of(flow.Naming);
        var worker = flow.Worker;
        Positions = new InternalTopic(
            worker.OffsetsTopic, worker.OffsetsTopicPartitions, worker.OffsetsTopicReplicationFactor,
            $"{flow.Name.Target}.offset.storage.replication.factor")
        {
            Configs = worker.OffsetsTopicConfigs,
            IsReadBack = true,
        };
        OffsetMap = new InternalTopic(OffsetMapKey.Topic(KeptAs(flow)), 1, worker.OffsetsTopicReplicationFactor,
            Positions.Setting)
        { IsReadBack = true };
        State = new InternalTopic(StateTopic(flow), 1, worker.OffsetsTopicReplicationFactor, Positions.Setting)
        {
            IsReadBack = true
        };
        OffsetSyncsLocation = flow.OffsetSyncs.Location;
        OffsetSyncs = new InternalTopic(
            policy.OffsetSyncsTopic(OffsetSyncsLocation == OffsetSyncsLocation.Source ? flow.Naming.TargetAlias : flow.Naming.SourceAlias),
            1, flow.OffsetSyncs.ReplicationFactor,
            "offset-syncs.topic.replication.factor");
        Checkpoints = new InternalTopic(policy.CheckpointsTopic(flow.Naming.SourceAlias), 1, flow.Groups.CheckpointsReplicationFactor,
            "checkpoints.topic.replication.factor");
        Heartbeats = new InternalTopic(policy.HeartbeatsTopic, 1, flow.Heartbeats.ReplicationFactor, "heartbeats.topic.replication.factor");
        var syncs = flow.Enabled && flow.OffsetSyncs.Enabled;
        OnSource = syncs && OffsetSyncsLocation == OffsetSyncsLocation.Source ? [OffsetSyncs] : [];
        Needed = !flow.Enabled ? []
            : flow.DeadLetters is { } letters ? [Positions, OffsetMap, State, Letters(letters)]
            : [Positions, OffsetMap, State];
        OnTarget =
        [
            .. Needed,
            .. flow.Heartbeats.Interval is not null ? (InternalTopic[])[Heartbeats] : [],
            .. flow.Enabled && flow.Groups.CheckpointInterval is not null ? (InternalTopic[])[Checkpoints] : [],
            .. syncs && OffsetSyncsLocation == OffsetSyncsLocation.Target ? (InternalTopic[])[OffsetSyncs] : [],
        ];
    }

    /// <summary>
    /// Flows from a source of one alias to one cluster have it in common, but for parts of a flow, which would be in each other's way.
    /// </summary>
    private static string KeptAs(FlowOptions flow) =>
        flow.Name.Part is { } part ? $"{flow.Naming.SourceAlias}.{part}" : flow.Naming.SourceAlias;

    /// <summary>It takes what is too large elsewhere: as much as a broker takes in one request.</summary>
    private static InternalTopic Letters(DeadLetterOptions letters) =>
        new(letters.Topic, 1, letters.ReplicationFactor, "errors.deadletterqueue.topic.replication.factor")
        {
            IsCompacted = false,
            Configs = new Dictionary<string, string> { ["max.message.bytes"] = "104857600" },
        };

    /// <summary>Where a flow keeps what else there is to remember of it.</summary>
    public static string StateTopic(FlowOptions flow) => $"heliostat-state.{KeptAs(flow)}.internal";

    /// <summary>Those that the flow keeps on its source.</summary>
    public IReadOnlyList<InternalTopic> OnSource { get; }

    /// <summary>
    /// Those on its target that lanes do not begin without; <see cref="Positions"/> and <see cref="OffsetMap"/> first, if it mirrors
    /// anything.
    /// </summary>
    public IReadOnlyList<InternalTopic> Needed { get; }

    /// <summary>All that the flow keeps on its target, <see cref="Needed"/> first.</summary>
    public IReadOnlyList<InternalTopic> OnTarget { get; }

    /// <summary>Where each lane's position is stored.</summary>
    public InternalTopic Positions { get; }

    /// <summary>Where each lane's offset map is stored; nobody but Heliostat reads it.</summary>
    public InternalTopic OffsetMap { get; }

    /// <summary>What else is remembered of the flow: losses, halted lanes, copied access rules.</summary>
    public InternalTopic State { get; }

    public InternalTopic OffsetSyncs { get; }

    public OffsetSyncsLocation OffsetSyncsLocation { get; }

    public InternalTopic Checkpoints { get; }

    public InternalTopic Heartbeats { get; }
}

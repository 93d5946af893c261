using Heliostat.Client;
using Heliostat.Client.Authentication.Jaas;
using Heliostat.Configuration.Files;
using Heliostat.Configuration.Losses;
using Heliostat.Configuration.Options;
using Heliostat.Configuration.Settings;
using Heliostat.Configuration.Settings.Tables;
using Heliostat.Configuration.Transforms;

namespace Heliostat.Configuration.Dialects.MirrorMaker2;

/// <summary>Makes the options of a flow from its effective properties.</summary>
internal sealed class FlowReader(Precedence precedence, JavaEnvironment java, Findings findings, SecurityRotation? rotation)
{
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(100);

    private readonly ClientReader _clients = new(java, findings, rotation);

    public FlowOptions Read(FlowName flow)
    {
        var connectors = precedence.ConnectorProperties(flow, ConnectorRole.MirrorSourceConnector);
        var values = new FlowValues(connectors);
        var worker = Worker(flow, values);
        var syncs = new OffsetSyncOptions
        {
            Enabled = values.Get(SourceConnectorSettings.EmitOffsetSyncs),
            Location = values.Get(SourceConnectorSettings.OffsetSyncsLocation),
            ReplicationFactor = values.Get(SourceConnectorSettings.OffsetSyncsReplicationFactor),
            LagMax = values.Get(SourceConnectorSettings.OffsetLagMax),
        };
        var losses = new LossPolicies(kind => values.Get(LossSettings.All[(int)kind]));
        return new FlowOptions
        {
            Name = flow,
            Enabled = values.Get(ConnectorSettings.Enabled),
            Selection = TopicSelection.FromPatterns(values.Get(SourceConnectorSettings.Topics),
                values.Get(SourceConnectorSettings.TopicsExclude)),
            Naming = Naming(connectors),
            Topics = Topics(values),
            Losses = losses,
            DeadLetters = DeadLetters(values, losses, connectors),
            Transforms = values.Get(ConnectorSettings.Enabled)
                ? new TransformReader(flow, connectors, findings).Read()
                : TransformChain.None,
            Java = JavaReader.Options(values),
            Schemas = values.Get(ConnectorSettings.Enabled) ? new SchemaReader(flow, connectors, findings).Read() : null,
            Provenance = values.Get(TransformSettings.Provenance),
            Delays = values.Get(SourceConnectorSettings.Delay),
            Window = values.Get(SourceConnectorSettings.Window),
            From = values.Get(SourceConnectorSettings.From),
            Until = values.Get(SourceConnectorSettings.Until),
            Residency = new ResidencyCheck(precedence, findings).Of(flow),
            Equal = new EqualOffsets(values.Get(SourceConnectorSettings.Offsets), values.Get(SourceConnectorSettings.MaxFill)),
            OffsetSyncs = syncs,
            Groups = Groups(values, syncs.Enabled),
            Heartbeats = new HeartbeatOptions
            {
                Interval = Interval(values, HeartbeatConnectorSettings.EmitHeartbeats, HeartbeatConnectorSettings.EmitHeartbeatsInterval),
                ReplicationFactor = values.Get(HeartbeatConnectorSettings.HeartbeatsReplicationFactor),
            },
            Positions = worker,
            TailMaxBytes = values.Get(SourceConnectorSettings.TailMaxBytes),
            AuditBytesPerSecond = values.Get(SourceConnectorSettings.AuditRate) is var audited and > 0 ? audited : null,
            ThrottleBytesPerSecond = values.Get(SourceConnectorSettings.ThrottleBytes) is var rate and > 0 ? rate : null,
            AdminTimeout = values.Get(ConnectorSettings.AdminTimeout),
            SourceConsumer = Consumer(flow, ClientRole.SourceConsumer, worker.GroupId),
            DataProducer = Producer(flow, ClientRole.DataProducer),
            TargetConsumer = Consumer(flow, ClientRole.TargetConsumer, worker.GroupId),
            OffsetSyncsProducer = Producer(flow,
                syncs.Location == OffsetSyncsLocation.Source ? ClientRole.SourceProducer : ClientRole.TargetProducer),
            SourceAdmin = Admin(flow, ClientRole.SourceAdmin),
            TargetAdmin = Admin(flow, ClientRole.TargetAdmin),
        };
    }

    /// <summary>The naming of a flow, which cycles and topics are judged by.</summary>
    public static NamingOptions Naming(EffectiveProperties connectors)
    {
        var values = new FlowValues(connectors);
        var separator = values.Get(ConnectorSettings.Separator);
        return new NamingOptions
        {
            Policy = values.Get(ConnectorSettings.ReplicationPolicy),
            Renames = Renames(values),
            SourceAlias = values.Get(ConnectorSettings.SourceAlias),
            TargetAlias = values.Get(ConnectorSettings.TargetAlias),
            Separator = separator,
            InternalSeparator = values.Get(ConnectorSettings.InternalSeparator) ? separator : ".",
        };
    }

    private DeadLetterOptions? DeadLetters(FlowValues values, LossPolicies losses, EffectiveProperties connectors)
    {
        var topic = values.Get(LossSettings.DeadLetters);
        if (topic.Length > 0)
        {
            return new DeadLetterOptions(topic, values.Get(LossSettings.DeadLettersReplicationFactor));
        }

        if (losses.KindOf(LossAction.DeadLetter) is { } kind)
        {
            var key = LossSettings.All[(int)kind].Key;
            findings.Error(key, $"says {LossAction.DeadLetter.Name()}, and {LossSettings.DeadLetters.Key} names no topic for it",
                connectors[key]?.Entry);
        }

        return null;
    }

    private static TopicRenames Renames(FlowValues values) =>
        new TopicRenames(values.Get(TransformSettings.TopicMap), values.Get(TransformSettings.TopicRename),
            values.Get(TransformSettings.TopicForm)) is { IsEmpty: false } renames ? renames : TopicRenames.None;

    private static TopicOptions Topics(FlowValues values) => new()
    {
        ReplicationFactor = values.Get(SourceConnectorSettings.ReplicationFactor),
        RefreshInterval = Interval(values, SourceConnectorSettings.RefreshTopics, SourceConnectorSettings.RefreshTopicsInterval),
        ConfigSyncInterval = Interval(values, SourceConnectorSettings.SyncTopicConfigs, SourceConnectorSettings.SyncTopicConfigsInterval),
        ConfigPropertiesExclude = values.Get(SourceConnectorSettings.ConfigPropertiesExclude),
        UseDefaultsFromSource = values.Get(SourceConnectorSettings.UseDefaultsFromSource),
        AclSyncInterval = Interval(values, SourceConnectorSettings.SyncTopicAcls, SourceConnectorSettings.SyncTopicAclsInterval),
        SyncPrefixedAcls = values.Get(SourceConnectorSettings.SyncPrefixedAcls),
        RemoveAcls = values.Get(SourceConnectorSettings.RemoveAcls),
        QuotaSyncInterval = Interval(values, SourceConnectorSettings.SyncQuotas, SourceConnectorSettings.SyncQuotasInterval),
        DeleteGoneAfter = values.Get(SourceConnectorSettings.DeleteGoneAfter),
        ReplicateHeartbeats = values.Get(SourceConnectorSettings.ReplicateHeartbeats),
    };

    /// <summary>Without checkpoints or without offset syncs, MirrorMaker 2's checkpoint connector does nothing at all.</summary>
    private static CheckpointOptions Groups(FlowValues values, bool syncs)
    {
        var checkpoints = syncs
            ? Interval(values, CheckpointConnectorSettings.EmitCheckpoints, CheckpointConnectorSettings.EmitCheckpointsInterval)
            : null;
        return new CheckpointOptions
        {
            Groups = TopicSelection.FromPatterns(values.Get(CheckpointConnectorSettings.Groups),
                values.Get(CheckpointConnectorSettings.GroupsExclude)),
            RefreshInterval = Interval(values, CheckpointConnectorSettings.RefreshGroups,
                CheckpointConnectorSettings.RefreshGroupsInterval),
            CheckpointInterval = checkpoints,
            OffsetSyncInterval = checkpoints is null
                ? null
                : Interval(values, CheckpointConnectorSettings.SyncGroupOffsets, CheckpointConnectorSettings.SyncGroupOffsetsInterval),
            CheckpointsReplicationFactor = values.Get(CheckpointConnectorSettings.CheckpointsReplicationFactor),
        };
    }

    private WorkerOptions Worker(FlowName flow, FlowValues connectors)
    {
        var properties = precedence.WorkerProperties(flow);
        var values = new FlowValues(properties);
        return new WorkerOptions
        {
            Slots = connectors.Has(ConnectorSettings.TasksMax) ? Math.Max(connectors.Get(ConnectorSettings.TasksMax), 1)
                : values.Get(WorkerSettings.ExactlyOnce) == ExactlyOnceSourceSupport.Enabled ? WorkerOptions.DefaultSlotsInTransactions
                : WorkerOptions.DefaultSlots,
            GroupId = values.Get(WorkerSettings.GroupId),
            OffsetsTopic = connectors.Text(SourceConnectorSettings.OffsetsStorageTopic) ?? values.Get(WorkerSettings.OffsetStorageTopic),
            OffsetsTopicPartitions = values.Get(WorkerSettings.OffsetStoragePartitions),
            OffsetsTopicReplicationFactor = values.Get(WorkerSettings.OffsetStorageReplicationFactor),
            OffsetsTopicConfigs = properties.Stripped("offset.storage.")
                .Where(v => v.Key is not ("topic" or "partitions" or "replication.factor" or "cleanup.policy"))
                .ToDictionary(v => v.Key, v => v.Value, StringComparer.Ordinal),
            OffsetFlushInterval = values.Get(WorkerSettings.OffsetFlushInterval),
            ExactlyOnce = values.Get(WorkerSettings.ExactlyOnce),
            SessionTimeout = values.Get(WorkerSettings.SessionTimeout),
            HeartbeatInterval = values.Get(WorkerSettings.HeartbeatInterval),
            RebalanceTimeout = values.Get(WorkerSettings.RebalanceTimeout),
            ConnectorName = connectors.Get(ConnectorSettings.Name),
            Fences = connectors.Get(SourceConnectorSettings.Fence),
        };
    }

    private SourceOptions Consumer(FlowName flow, ClientRole role, string group) => _clients.Source(Values(flow, role), group);

    private TargetOptions Producer(FlowName flow, ClientRole role) => _clients.Target(Values(flow, role));

    private ClientOptions Admin(FlowName flow, ClientRole role) => _clients.Client(Values(flow, role));

    /// <summary>
    /// What the user gave a client. What only MirrorMaker 2 sets is left to Heliostat's own defaults; each value was checked before.
    /// </summary>
    private SettingValues Values(FlowName flow, ClientRole role)
    {
        var source = role is ClientRole.SourceConsumer or ClientRole.SourceAdmin or ClientRole.SourceProducer;
        var entries = from value in precedence.ClientProperties(flow, role).Values
                      where value.Entry is not null
                      select new PropertyEntry(value.Key, value.Value, value.Entry!.File, value.Entry.Line)
                      {
                          IsSecret = value.Written != value.Value
                      };
        return new SettingValues(source ? flow.Source : flow.Target, null, ClientTables.Of(role), entries, new Findings())
        {
            Client = $"{flow}: {role}"
        };
    }

    /// <summary>As in MirrorMaker 2 a negative interval means never; 0 means as often as is reasonable.</summary>
    private static TimeSpan? Interval(FlowValues values, TypedSetting<bool> enabled, TypedSetting<TimeSpan> interval) =>
        !values.Get(enabled) || values.Get(interval) is var every && every < TimeSpan.Zero ? null
            : every > ShortestInterval ? every
            : ShortestInterval;
}

namespace Heliostat.Configuration.Options;

/// <summary>How a flow treats topics on its target. An interval that is null switches the job off.</summary>
public sealed record TopicOptions
{
    /// <summary>Topics are made as the target's brokers make them, and nothing else is done about them.</summary>
    public static TopicOptions Off { get; } = new()
    {
        ReplicationFactor = -1,
        RefreshInterval = null,
        ConfigSyncInterval = null,
        ConfigPropertiesExclude = [],
        UseDefaultsFromSource = false,
        AclSyncInterval = null,
        SyncPrefixedAcls = false,
        RemoveAcls = false,
        ReplicateHeartbeats = false,
    };

    /// <summary><c>replication.factor</c> of created topics; -1 asks for the broker's default.</summary>
    public required int ReplicationFactor { get; init; }

    /// <summary><c>refresh.topics</c>: how often new topics and partitions are looked for.</summary>
    public required TimeSpan? RefreshInterval { get; init; }

    /// <summary><c>sync.topic.configs</c>: how often topic configs are compared.</summary>
    public required TimeSpan? ConfigSyncInterval { get; init; }

    /// <summary><c>config.properties.exclude</c>: Java patterns of topic configs that are never copied.</summary>
    public required IReadOnlyList<string> ConfigPropertiesExclude { get; init; }

    /// <summary><c>use.defaults.from</c> is <c>source</c> (KIP-894): copy the source's defaults as explicit values.</summary>
    public required bool UseDefaultsFromSource { get; init; }

    /// <summary><c>sync.topic.acls</c>: how often topic ACLs are compared.</summary>
    public required TimeSpan? AclSyncInterval { get; init; }

    /// <summary><c>heliostat.sync.topic.acls.prefixed.enabled</c>: ACLs about prefixes and about all topics are copied too.</summary>
    public required bool SyncPrefixedAcls { get; init; }

    /// <summary><c>heliostat.sync.topic.acls.removal.enabled</c>: copied ACLs go when they vanish from the source.</summary>
    public required bool RemoveAcls { get; init; }

    /// <summary><c>heliostat.sync.client.quotas</c>: how often quotas are compared.</summary>
    public TimeSpan? QuotaSyncInterval { get; init; }

    /// <summary><c>heliostat.delete.gone.topics.after</c>: how long a topic is gone before its mirror is deleted; zero for never.</summary>
    public TopicDelays DeleteGoneAfter { get; init; } = TopicDelays.None;

    /// <summary>
    /// <c>heartbeats.replication.enabled</c> (KIP-1089): heartbeats topics are mirrored whatever the topic selection says.
    /// </summary>
    public required bool ReplicateHeartbeats { get; init; }
}

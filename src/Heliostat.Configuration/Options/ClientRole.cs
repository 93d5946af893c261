namespace Heliostat.Configuration.Options;

/// <summary>The Kafka clients of a flow, by what decides their properties.</summary>
public enum ClientRole
{
    /// <summary>Reads the mirrored topics, and the offset syncs when they are on the source.</summary>
    SourceConsumer,

    /// <summary>Writes mirrored records, checkpoints and heartbeats; its properties come from the worker, not from the connector.</summary>
    DataProducer,

    /// <summary>Reads checkpoints, and the offset syncs when they are on the target.</summary>
    TargetConsumer,

    /// <summary>Writes the offset syncs when they are on the source.</summary>
    SourceProducer,

    /// <summary>Writes the offset syncs when they are on the target.</summary>
    TargetProducer,

    /// <summary>Asks the source for topics, groups, configs and ACLs.</summary>
    SourceAdmin,

    /// <summary>Creates and alters on the target.</summary>
    TargetAdmin,

    /// <summary>The worker's own clients on the target: group membership and its three topics.</summary>
    Worker,
}

using Heliostat.Mirroring.Duties;

namespace Heliostat.Connect;

/// <summary>One of MirrorMaker 2's connectors.</summary>
internal sealed record ConnectorKind
{
    private const string Package = "org.apache.kafka.connect.mirror.";

    /// <summary>Moves records, and makes topics, configs and rules like the source's.</summary>
    public static readonly ConnectorKind Source = new()
    {
        Name = "MirrorSourceConnector",
        Task = "MirrorSourceTask",
        Duties = [Duty.Topics, Duty.TopicConfigs, Duty.TopicAcls, Duty.OffsetSyncs, Duty.Deletions, Duty.Quotas],
    };

    /// <summary>Tells where groups go on, and puts them there.</summary>
    public static readonly ConnectorKind Checkpoint = new()
    {
        Name = "MirrorCheckpointConnector",
        Task = "MirrorCheckpointTask",
        Duties = [Duty.Checkpoints, Duty.GroupOffsets]
    };

    /// <summary>Shows that the path is alive.</summary>
    public static readonly ConnectorKind Heartbeat = new()
    {
        Name = "MirrorHeartbeatConnector",
        Task = "MirrorHeartbeatTask",
        Duties = [Duty.Heartbeats]
    };

    public static readonly IReadOnlyList<ConnectorKind> All = [Checkpoint, Heartbeat, Source];

    /// <summary>As MirrorMaker 2's dedicated mode calls the connector.</summary>
    public required string Name { get; init; }

    /// <summary>Its task, without the package.</summary>
    public required string Task { get; init; }

    /// <summary>What is not done while it is stopped.</summary>
    public required IReadOnlyList<Duty> Duties { get; init; }

    public string ClassName => Package + Name;

    public string TaskClassName => Package + Task;

    /// <summary>By its full name, its short one, or that without <c>Connector</c>; null for another.</summary>
    public static ConnectorKind? Find(string name) =>
        All.FirstOrDefault(kind => name == kind.ClassName || name == kind.Name || name + "Connector" == kind.Name);
}

using Heliostat.Configuration.Options;

namespace Heliostat.Configuration.Dialects.Connect;

/// <summary>
/// MirrorMaker 2's connectors of one pair of clusters, which are one flow here: the source connector decides where it leads, the two others
/// are duties of it.
/// </summary>
/// <param name="Name">The flow; where there are several source connectors, all but the first have a part.</param>
public sealed record MirrorConnectors(FlowName Name)
{
    /// <summary>Moves records; null where nobody does, and the flow has heartbeats at most.</summary>
    public WrittenConnector? Source { get; init; }

    /// <summary>Tells where groups go on; null for nobody.</summary>
    public WrittenConnector? Checkpoint { get; init; }

    /// <summary>Shows that the way is alive; null for nobody.</summary>
    public WrittenConnector? Heartbeat { get; init; }

    /// <summary>Source connectors of the same pair that come before: topics that one takes, by the same name, are its own.</summary>
    public IReadOnlyList<WrittenConnector> Before { get; init; } = [];

    /// <summary>Whether a setting says which topics a source connector takes, and by which names.</summary>
    public static bool IsOfTopics(string key) =>
        key.StartsWith("topics", StringComparison.Ordinal) || key.StartsWith("replication.policy", StringComparison.Ordinal);

    /// <summary>Whether a setting is known to checkpoint connectors, and to no source connector.</summary>
    public static bool IsOfCheckpoints(string key) => ConnectorEntries.OfCheckpoints.Contains(key);

    /// <summary>Whether a setting is known to heartbeat connectors, and to no source connector.</summary>
    public static bool IsOfHeartbeats(string key) => ConnectorEntries.OfHeartbeats.Contains(key);
}

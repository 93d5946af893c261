namespace Heliostat.Configuration.Options;

/// <summary>The three connectors that MirrorMaker 2 runs for a flow; the names are those in its offsets topic.</summary>
public enum ConnectorRole
{
    MirrorSourceConnector,
    MirrorHeartbeatConnector,
    MirrorCheckpointConnector,
}

namespace Heliostat.Broker.Groups;

/// <summary>A way to share out partitions that a member knows, and what it tells the leader with it.</summary>
internal sealed record GroupProtocol(string Name, byte[] Metadata);

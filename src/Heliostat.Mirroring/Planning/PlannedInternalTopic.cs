namespace Heliostat.Mirroring.Planning;

/// <summary>A topic that the flow keeps its state in and that would be created.</summary>
/// <param name="Cluster">The alias of the cluster.</param>
/// <param name="Name">The topic.</param>
/// <param name="Partitions">How many partitions it would have.</param>
/// <param name="ReplicationFactor">How many replicas; -1 is the cluster's default.</param>
/// <param name="Refusal">Why the cluster would not; null where it would.</param>
public sealed record PlannedInternalTopic(string Cluster, string Name, int Partitions, int ReplicationFactor, string? Refusal);

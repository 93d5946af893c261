namespace Heliostat.Mirroring.Planning;

/// <summary>One side of a flow.</summary>
/// <param name="Alias">The file's name for it.</param>
/// <param name="ClusterId">Its own name for itself; null where it has none.</param>
/// <param name="Brokers">How many brokers it has.</param>
public sealed record PlannedCluster(string Alias, string? ClusterId, int Brokers);

namespace Heliostat.Mirroring.Positions;

/// <summary>A topic that something is stored in.</summary>
/// <param name="Topic">Its name.</param>
/// <param name="Partitions">How many partitions it has.</param>
internal readonly record struct StoredIn(string Topic, int Partitions);

namespace Heliostat.Mirroring.Planning;

/// <summary>Whether a lane that is to keep its offsets does.</summary>
/// <param name="Topic">The topic on the source.</param>
/// <param name="Partition">Its partition.</param>
/// <param name="State">Such as <c>equal since 0</c>, for people.</param>
public sealed record PlannedEquality(string Topic, int Partition, string State);

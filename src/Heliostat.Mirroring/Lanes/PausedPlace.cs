namespace Heliostat.Mirroring.Lanes;

/// <summary>What an operator wants to stand still.</summary>
/// <param name="Topic">By its name on the source; null for all of the flow.</param>
/// <param name="Partition">Null for all of the topic.</param>
public sealed record PausedPlace(string? Topic, int? Partition);

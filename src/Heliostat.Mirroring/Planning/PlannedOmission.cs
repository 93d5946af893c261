using Heliostat.Mirroring.Topics;

namespace Heliostat.Mirroring.Planning;

/// <summary>A topic of the source that is not mirrored.</summary>
/// <param name="Topic">Its name on the source.</param>
/// <param name="Reason">Why.</param>
/// <param name="Detail">What to know besides, or null.</param>
public sealed record PlannedOmission(string Topic, LeftOutReason Reason, string? Detail);

namespace Heliostat.Mirroring.Topics;

/// <summary>A topic of the source that a flow does not mirror.</summary>
/// <param name="Name">Its name on the source.</param>
/// <param name="Reason">Why.</param>
/// <param name="Detail">What an operator needs to know besides, or null.</param>
internal sealed record LeftOutTopic(string Name, LeftOutReason Reason, string? Detail = null);

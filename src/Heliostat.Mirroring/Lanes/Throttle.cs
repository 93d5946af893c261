namespace Heliostat.Mirroring.Lanes;

/// <summary>The most that a flow, or a topic of it, takes in this process.</summary>
/// <param name="Topic">The topic on the source; null for the whole flow.</param>
/// <param name="BytesPerSecond">Bytes of record batches, on average over some seconds.</param>
public sealed record Throttle(string? Topic, long BytesPerSecond);

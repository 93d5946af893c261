namespace Heliostat.Mirroring.Lanes;

/// <summary>A lane that stands still.</summary>
/// <param name="Topic">The topic on the source.</param>
/// <param name="Partition">The partition on the source.</param>
/// <param name="Cause">Whose fault it is and what it is, in one sentence.</param>
/// <param name="RetryAt">When it is tried again; null when somebody must act first.</param>
public sealed record PausedLane(string Topic, int Partition, string Cause, DateTimeOffset? RetryAt);

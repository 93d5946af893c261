using Heliostat.Mirroring.Troubles;

namespace Heliostat.Mirroring.Lanes;

/// <summary>A lane that stands still.</summary>
/// <param name="Topic">The topic on the source.</param>
/// <param name="Partition">The partition on the source.</param>
/// <param name="Trouble">Why.</param>
public sealed record PausedLane(string Topic, int Partition, Trouble Trouble)
{
    /// <summary>Whose fault it is and what it is, in one sentence.</summary>
    public string Cause => Trouble.Sentence;

    /// <summary>When it is tried again; null when somebody must act first.</summary>
    public DateTimeOffset? RetryAt => Trouble.NextTry;
}

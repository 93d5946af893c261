using Heliostat.Configuration.Losses;

namespace Heliostat.Mirroring.Pump;

/// <summary>Something was lost between a lane's position and what its clusters hold now.</summary>
/// <param name="Lane">The source partition.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Position">The next source offset to mirror, as far as was known.</param>
/// <param name="GoOnAt">The source offset at which nothing would be lost any more: the log start, or where the histories part; null when it
/// cannot be told.</param>
/// <param name="Cause">Whose it is, what it is and how much, in one sentence without its end.</param>
internal sealed record Loss(TopicPartition Lane, LossKind Kind, long Position, long? GoOnAt, string Cause)
{
    /// <summary>What the target answered to a record that it refuses.</summary>
    public ErrorCode Code { get; init; }
}

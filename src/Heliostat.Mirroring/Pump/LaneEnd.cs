using Heliostat.Configuration.Options;

namespace Heliostat.Mirroring.Pump;

/// <summary>
/// Where a lane ends (<c>heliostat.until</c>): before an offset, or before the first record, in the order of the log, that has a time or a
/// later one. A lane at its end takes in nothing more and stays open. Behind the lane's lock.
/// </summary>
/// <param name="until">The place; null for no end.</param>
/// <param name="start">Where the lane begins.</param>
internal sealed class LaneEnd(LogBound? until, long start)
{
    /// <summary>The first offset that is not taken in.</summary>
    public long Offset { get; } = until is { Kind: LogBoundKind.Offset } bound ? bound.Value : long.MaxValue;

    /// <summary>The time of the first record that is not taken in, in milliseconds.</summary>
    public long Time { get; } = until is { Kind: LogBoundKind.Time } bound ? bound.Value : long.MaxValue;

    /// <summary>Everything before the end was taken in.</summary>
    public bool IsReached { get; private set; } = until is { Kind: LogBoundKind.Offset } && start >= until.Value;

    /// <summary>What comes next is not to be taken in.</summary>
    public void Reach() => IsReached = true;

    /// <summary>Everything before <paramref name="next"/> was taken in.</summary>
    public void Took(long next) => IsReached |= next >= Offset;

    /// <summary>The lane goes on from <paramref name="next"/>, which may be before where it was.</summary>
    public void GoesOnAt(long next) => IsReached = next >= Offset;
}

using System.Globalization;

namespace Heliostat.Mirroring.Pump;

/// <summary>Whether a lane's records have the same offsets on both sides (<c>heliostat.offsets = equal</c>).</summary>
/// <param name="Since">The first offset that has.</param>
/// <param name="BrokenAt">The first offset that has not; null where all have.</param>
/// <param name="Cause">Why, in one sentence without its end.</param>
public sealed record LaneEquality(long Since, long? BrokenAt, string? Cause)
{
    /// <summary>Such as <c>equal since 0</c>, for people.</summary>
    public override string ToString() => BrokenAt is { } at
        ? string.Create(CultureInfo.InvariantCulture, $"not equal since {at} because {Cause}")
        : string.Create(CultureInfo.InvariantCulture, $"equal since {Since}");
}

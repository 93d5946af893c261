using System.Globalization;

namespace Heliostat.Mirroring.Pump;

/// <summary>
/// Offsets that have no record on the source and are being taken up on the target (<c>heliostat.offsets = equal</c>); of several lanes
/// together, their sums.
/// </summary>
/// <param name="Done">So many are.</param>
/// <param name="Of">So many are to be.</param>
/// <param name="Left">How long that takes from now, at the pace so far; of several lanes the longest. Null before any is done.</param>
public sealed record LaneFilling(long Done, long Of, TimeSpan? Left)
{
    /// <summary>Those of several lanes or flows together; null where there are none.</summary>
    public static LaneFilling? Sum(IEnumerable<LaneFilling?> all)
    {
        LaneFilling? sum = null;
        foreach (var one in all.OfType<LaneFilling>())
        {
            sum = sum is null ? one : new LaneFilling(sum.Done + one.Done, sum.Of + one.Of,
                sum.Left is null || one.Left is null ? null : sum.Left > one.Left ? sum.Left : one.Left);
        }

        return sum;
    }

    /// <summary>Such as <c>filling offsets: 25 % of 1,000,000, about 40 s left</c>, for people.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture,
            $"filling offsets: {100.0 * Done / Math.Max(Of, 1):0} % of {Of:#,0}{(Left is { } left ? $", about {Words(left)} left" : "")}");

    private static string Words(TimeSpan left) => left.TotalSeconds < 90
        ? string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(left.TotalSeconds):0} s")
        : string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(left.TotalMinutes):#,0} min");
}

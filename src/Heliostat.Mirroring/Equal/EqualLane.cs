using Heliostat.Client.Transactions;
using Heliostat.Mirroring.Pump;

namespace Heliostat.Mirroring.Equal;

/// <summary>One lane whose records keep their offsets: what was found when it was opened, and how it stands since.</summary>
/// <param name="filler">Fills what has no records; the lane's alone.</param>
/// <param name="end">Where the target ended, and so the next source offset that it lacks.</param>
/// <param name="cut">All before it on the target is filling, which is deleted once it reaches there; null where nothing is.</param>
/// <param name="since">The first source offset whose record has the same on the target.</param>
internal sealed class EqualLane(OffsetFiller filler, long end, long? cut, long since)
{
    private volatile LaneEquality _equality = new(since, null, null);

    public OffsetFiller Filler => filler;

    /// <summary>The id of the target's topic; empty where the cluster has none.</summary>
    public required Guid TopicId { get; init; }

    public long End => end;

    public long? Cut => cut;

    public LaneEquality Equality => _equality;

    /// <summary>From <paramref name="at"/> on offsets are not the same; the first cause stays.</summary>
    public void Break(long at, string cause) =>
        _equality = _equality.BrokenAt is null ? _equality with { BrokenAt = at, Cause = cause } : _equality;
}

using Heliostat.Mirroring.Losses;
using Heliostat.Mirroring.Troubles;

namespace Heliostat.Mirroring.Equal;

/// <summary>What comes of a lane whose records are to keep their offsets: it goes on where the target ends, or cannot be opened.</summary>
/// <param name="Lane">Which.</param>
/// <param name="Start">Where it goes on; null when it cannot.</param>
/// <param name="Trouble">Why not.</param>
internal sealed record EqualStart(TopicPartition Lane, LaneStart? Start, Trouble? Trouble)
{
    /// <summary>What was found of it; null when it has no start.</summary>
    public EqualLane? Begun { get; init; }

    /// <param name="lane">Which.</param>
    /// <param name="start">Where it would go on otherwise.</param>
    /// <param name="end">Where it goes on.</param>
    /// <param name="lastTarget">The last offset that the target has of it; -1 where that is nothing, or filling only: it may then be
    /// deleted.</param>
    public static EqualStart At(TopicPartition lane, LaneStart start, long end, long lastTarget) =>
        new(
            lane,
            start with
            {
                Position = start.Position with { Offset = end, LeaderEpoch = -1, LastTargetOffset = lastTarget, IsCommitted = false },
            },
            null);

    public static EqualStart Not(TopicPartition lane, TopicPartition place, long at, string cause) =>
        new(lane, null, new Trouble(TroubleKind.NotEqual, TroubleSide.Target, $"{place}: not equal since {at} because {cause}"));
}

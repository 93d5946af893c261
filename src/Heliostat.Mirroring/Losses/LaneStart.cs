using Heliostat.Mirroring.Pump;

namespace Heliostat.Mirroring.Losses;

/// <summary>Where a lane goes on, or why it does not.</summary>
/// <param name="Position">Where; good in the logs that are there now.</param>
/// <param name="Topics">The topics that are there now.</param>
/// <param name="Halt">The loss that stops it; null when it goes on.</param>
/// <param name="IsAnew">It begins in a log of its own: nothing that was known of its offsets is true any more.</param>
internal sealed record LaneStart(LanePosition Position, TopicIds Topics, Loss? Halt = null, bool IsAnew = false)
{
    /// <summary>The halt is one of before, and its cause says how to go on already.</summary>
    public bool IsDecided { get; init; }

    /// <summary>
    /// Where its tail is compared from, when that is not its position: the source may have deleted records behind the stored position that
    /// stand on the target already, and others after them.
    /// </summary>
    public LanePosition? Known { get; init; }

    /// <inheritdoc cref="Known"/>
    public LanePosition Compared => Known ?? Position;

    /// <summary>Where the target's log ended then; -1 when that is not known.</summary>
    public long TargetEnd { get; init; } = -1;

    /// <summary>It goes on behind what was mirrored before: what stands on the target behind that is yet to be looked at.</summary>
    public bool IsResumed { get; init; }
}

using Heliostat.Mirroring.Pump;

namespace Heliostat.Mirroring.Tails;

/// <summary>What comparing a tail found.</summary>
internal sealed record TailOutcome
{
    public required TailVerdict Verdict { get; init; }

    /// <summary>The source offset to go on at.</summary>
    public required long Resume { get; init; }

    /// <summary>Where on the target the last record before <see cref="Resume"/> stands; -1 when not known.</summary>
    public required long LastTarget { get; init; }

    /// <summary>
    /// The source offset that the comparison began at: what an offset map says from there on is replaced by <see cref="Runs"/>.
    /// </summary>
    public required long From { get; init; }

    /// <summary>Where each record that was found stands.</summary>
    public IReadOnlyList<TailRun> Runs { get; init; } = [];

    /// <summary>Records found on the target that would have been mirrored again.</summary>
    public long Matched { get; init; }

    /// <summary>Records that stand on the target more than once: somebody who does not look at the tail was here.</summary>
    public long Repeated { get; init; }

    /// <summary>Records of other writers.</summary>
    public long Foreign { get; init; }

    /// <summary>Records of either side whose counterpart is gone from the other.</summary>
    public long Unconfirmed { get; init; }

    /// <summary>For <see cref="TailVerdict.Mismatch"/>: the first record that differs, on both sides.</summary>
    public (long Source, long Target)? Differs { get; init; }

    public long SourceBytes { get; init; }

    public long TargetBytes { get; init; }

    /// <summary>The same, where what is before <paramref name="offset"/> is no more on the source.</summary>
    public TailOutcome NotBefore(long offset) => Resume < offset ? this with { Resume = offset } : this;

    /// <summary>The position behind what was found.</summary>
    public LanePosition Behind(LanePosition stored) => stored with
    {
        Offset = Resume,
        LeaderEpoch = Resume == stored.Offset ? stored.LeaderEpoch : -1,
        LastTargetOffset = LastTarget,
        IsCommitted = stored.IsCommitted && LastTarget == stored.LastTargetOffset,
    };

    /// <summary>Nothing was compared: the lane goes on where it is stored.</summary>
    public static TailOutcome Unseen(TailLane lane) =>
        new() { Verdict = TailVerdict.Unverified, From = lane.Next, Resume = lane.Next, LastTarget = lane.LastTarget };
}

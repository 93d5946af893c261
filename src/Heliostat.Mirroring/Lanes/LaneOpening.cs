using Heliostat.Mirroring.Losses;
using Heliostat.Mirroring.Pump;
using Heliostat.Mirroring.Troubles;

namespace Heliostat.Mirroring.Lanes;

/// <summary>What comes of a lane that is to be opened: it starts, or halts, or cannot be opened now.</summary>
/// <param name="Lane">Which.</param>
internal sealed record LaneOpening(TopicPartition Lane)
{
    /// <summary>How it reaches the target; null when it cannot be opened now.</summary>
    public LanePlan? Plan { get; private init; }

    /// <summary>Where it starts, or what halts it; null when it cannot be opened now.</summary>
    public LaneStart? Start { get; private init; }

    /// <summary>Why it cannot be opened now; null when it can.</summary>
    public Trouble? Trouble { get; private init; }

    /// <summary>It is not there; null when it is.</summary>
    public Loss? Missing { get; private init; }

    public static LaneOpening Gone(Loss loss) => new(loss.Lane) { Missing = loss };

    public static LaneOpening Of(LanePlan plan, LaneStart start) =>
        new(plan.Source) { Plan = plan with { Topics = start.Topics, TargetEnd = start.TargetEnd }, Start = start };

    public static LaneOpening Not(TopicPartition lane, Trouble trouble) => new(lane) { Trouble = trouble };
}

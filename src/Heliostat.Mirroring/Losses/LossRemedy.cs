using Heliostat.Configuration.Losses;
using Heliostat.Mirroring.Pump;

namespace Heliostat.Mirroring.Losses;

/// <summary>Where a lane goes on after a loss, as its policy wants it.</summary>
internal static class LossRemedy
{
    /// <summary>
    /// The position to go on at; null when the lane has to halt, because the policy says so or what it asks for cannot be told from the
    /// facts.
    /// </summary>
    /// <param name="loss">What was lost.</param>
    /// <param name="action">What is to be done about it.</param>
    /// <param name="facts">What is there now.</param>
    /// <param name="toSource">The source offset of the first mirrored record at or after a target offset, exactly; null where that is not
    /// known.</param>
    public static LanePosition? Of(Loss loss, LossAction action, LaneFacts facts, Func<long, long?> toSource)
    {
        var offset = (loss.Kind, action) switch
        {
            (LossKind.Gap, LossAction.Record) => loss.GoOnAt,
            (LossKind.Recreated, LossAction.Restart) => loss.GoOnAt,
            (LossKind.Truncated, LossAction.Rewind) => loss.GoOnAt,
            (LossKind.TargetLost, LossAction.Record) => loss.Position,
            (LossKind.TargetLost, LossAction.Repair) => RepairFrom(loss, facts, toSource),
            _ => null,
        };
        // What the source passes over or takes back is not taken from the target: the last record there is yet to be looked at.
        return offset is not { } at ? null
            : loss.Kind is LossKind.Gap or LossKind.Truncated
                ? facts.Position with
                {
                    Offset = at,
                    LeaderEpoch = -1,
                    Topics = facts.Topics with { Target = facts.Position.Topics.Target }
                }
                : new LanePosition(at, LeaderEpoch: -1) { Topics = facts.Topics };
    }

    /// <summary>All of it where the mirror is a new topic, otherwise the first record that the target lacks.</summary>
    private static long? RepairFrom(Loss loss, LaneFacts facts, Func<long, long?> toSource)
    {
        if (facts.IsVoid)
        {
            // What took its place tells nothing of where the loss begins.
            return null;
        }

        var first = loss.GoOnAt is not null || facts.TargetEnd == 0 ? facts.LogStart : toSource(facts.TargetEnd);
        return first is { } from and >= 0 && from <= loss.Position ? Math.Max(from, facts.LogStart) : null;
    }
}

using Heliostat.Configuration.Losses;
using Heliostat.Mirroring.Pump;

namespace Heliostat.Mirroring.Tails;

/// <summary>What of a comparison is to be told to people and kept.</summary>
internal static class TailLosses
{
    /// <summary>Null where all is as it should be.</summary>
    public static Loss? Of(TailLane lane, TailOutcome outcome) => outcome switch
    {
        { Verdict: TailVerdict.Mismatch, Differs: { } differs } => Loss(
            lane, LossKind.TailMismatch, outcome,
            $"holds at offset {differs.Target} another record than {lane.Source} at {differs.Source}, in the midst of what was mirrored"),
        { Verdict: TailVerdict.TargetGone } => Unverified(lane, outcome, "has lost by retention what was mirrored (target-gone)"),
        { Verdict: TailVerdict.SourceGone } => Unverified(lane, outcome, "holds what retention took from the source (source-gone)"),
        { Verdict: TailVerdict.Ambiguous } =>
            Unverified(lane, outcome, "ends with records that stand at several places of the source (tail-ambiguous)"),
        { Verdict: TailVerdict.Unverified } => Unverified(
            lane, outcome,
            $"could not all be compared ({outcome.Unconfirmed} records without a counterpart, {outcome.TargetBytes} bytes read)"),
        { Repeated: > 0 } =>
            Loss(lane, LossKind.Duplicate, outcome, $"holds {outcome.Repeated} records twice that were mirrored once before"),
        _ => null,
    };

    private static Loss Unverified(TailLane lane, TailOutcome outcome, string what) =>
        Loss(lane, LossKind.TailUnverified, outcome,
            $"{what}; what came after offset {outcome.Resume} may be mirrored twice, nothing is lost");

    private static Loss Loss(TailLane lane, LossKind kind, TailOutcome outcome, string what) =>
        new(lane.Source, kind, lane.Next, outcome.Resume, $"target: behind position {lane.Next} of {lane.Source}, {lane.Target} {what}");
}

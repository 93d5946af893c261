using Heliostat.Configuration.Losses;
using Heliostat.Simulation.Schedules;
using Heliostat.Simulation.Worlds;
using What = Heliostat.Simulation.Worlds.History.What;

namespace Heliostat.Simulation.Running;

/// <summary>
/// Whether the end of a run is right.
/// <list type="bullet">
/// <item>A. All that the source holds is on the target, as it was written, once, in order. Only a lane that halted over a loss may lack
/// something.</item>
/// <item>B. Something comes twice or behind only where the target lost or forgot what it had acknowledged, never under exactly-once where
/// it only forgot; and that is told.</item>
/// <item>C. What a source lost is told: records that it deleted before they were mirrored, and that the target holds what the source does
/// not.</item>
/// <item>D. Nothing is told that did not happen.</item>
/// <item>E. A lane is written by one worker: whoever opened it last. What a former one had handed to a connection comes later, and twice,
/// only where the network holds it back and nobody is fenced: it was told that the target gave no fence, or the target lost it or forgot
/// it. No two workers write in one term. So it is with what one worker sent, and sent again over another connection, where the target
/// forgot it meanwhile.</item>
/// <item>F. No position is stored beyond what the target acknowledged, and each names its place there
/// (<see cref="StoredPositions"/>).</item>
/// <item>G. What the offset map translates exactly is the same record on both sides (<see cref="StoredMaps"/>).</item>
/// </list>
/// </summary>
internal static class Judgement
{
    /// <summary>What may be told of, and what has to have happened.</summary>
    private static readonly Dictionary<LossKind, What[]> Causes = new()
    {
        [LossKind.Gap] = [What.SourceDeleted, What.SourceMadeAnew],
        [LossKind.Recreated] = [What.SourceMadeAnew, What.SourceCut],
        [LossKind.Truncated] = [What.SourceCut, What.SourceMadeAnew],
        [LossKind.Shrunk] = [What.SourceMadeAnew],
        [LossKind.Gone] = [What.SourceMadeAnew],
        [LossKind.TargetLost] = [What.TargetCut, What.TargetDeleted],
        [LossKind.TailMismatch] = [What.SourceCut, What.SourceMadeAnew, What.TargetCut],
        [LossKind.TailUnverified] = [What.SourceDeleted, What.SourceCut, What.SourceMadeAnew, What.TargetCut, What.TargetDeleted],
        [LossKind.Duplicate] = [What.TargetForgot, What.TargetCut, What.TargetDeleted],
    };

    /// <summary>What is wrong, in words; null: nothing.</summary>
    public static string? Of(Schedule schedule, World world, IReadOnlyList<Comparison> lanes) =>
        Of(schedule, world.History, world.Told, world.Writers, lanes) ?? world.Positions.Wrong ?? StoredMaps.Wrong(world, schedule);

    private static string? Of(Schedule schedule, History history, Told told, Writers writers, IReadOnlyList<Comparison> lanes) =>
        Enumerable.Range(0, lanes.Count)
            .Select(partition => Of(schedule, history, told, partition, lanes[partition])).FirstOrDefault(wrong => wrong is not null)
        ?? writers.WrongTerm
        ?? (schedule.Way == MirrorWay.Topic && !MayComeLate(schedule, history, told) && !history.HasAny(What.TargetCut, What.TargetDeleted)
            ? writers.Wrong() : null)
        ?? told.Kinds.Where(kind => !history.HasAny(Causes[kind]) && !(kind == LossKind.Duplicate && MayComeLate(schedule, history, told)))
            .Select(kind => $"{kind.Name()} is told, and nothing happened that it could be of: {told}").FirstOrDefault();

    /// <summary>What the network held back, of a former owner or of a connection that was given up for it, may have been taken.</summary>
    private static bool MayComeLate(Schedule schedule, History history, Told told) =>
        history.CameLate && schedule.Way != MirrorWay.Transaction
        && (history.HasAny(What.TargetForgot) || (schedule is { IsShared: true, Way: MirrorWay.Topic }
            && (told.SaidUnfenced || history.HasAny(What.TargetCut, What.TargetDeleted))));

    private static string? Of(Schedule schedule, History history, Told told, int partition, Comparison found)
    {
        var isHalted = told.Halted.ContainsKey(partition);
        var isHurt = history.Has(What.TargetCut, partition) || history.Has(What.TargetDeleted, partition);
        var knowsTwice = told.SaidTwice || told.Has(LossKind.TargetLost) || told.Has(LossKind.Duplicate)
            || told.Has(LossKind.TailUnverified);
        var hasForgot = schedule.Way != MirrorWay.Transaction && history.Has(What.TargetForgot, partition);
        var mayRepeat = MayComeLate(schedule, history, told) || (knowsTwice && (isHurt || told.Has(LossKind.TailUnverified) || hasForgot));
        var knowsNew = told.SaidOlder || told.Has(LossKind.Recreated) || told.Has(LossKind.Gone);
        var knowsOther = knowsNew || told.Has(LossKind.Truncated) || told.Has(LossKind.TailMismatch);

        // Brokers forget the epochs of what retention took: a log that was cut below that has a gap, and nobody can know more.
        var isHidden = told.Has(LossKind.Gap) && history.Has(What.SourceCut, partition);
        var knowsMissed = knowsNew || told.Has(LossKind.Gap) || told.Has(LossKind.TargetLost);

        // Where a mirror is killed before it has stored that it saw a loss of the target, the next start does not find where that began.
        var isUnjudged = isHurt && schedule.Way != MirrorWay.Transaction && told.Has(LossKind.TargetLost)
            && schedule.Faults.Any(fault => fault.Kind == FaultKind.KillMirror);
        var what = found.Changed > 0 ? "changed"
            : found.Lost > 0 && !isHalted && !isUnjudged ? "lost"
            : found.Reordered > 0 && !mayRepeat ? "reordered"
            : found.Duplicated > 0 && !mayRepeat ? "duplicated"
            : found.Beyond > 0 && !knowsOther && !isHalted && !isHidden ? "on the target and no more on the source, and nobody was told"
            : found.Missed > 0 && !knowsMissed && !isHalted ? "deleted by the source before it was mirrored, and nobody was told"
            : null;
        return what is null ? null : $"partition {partition}: {what}: {found}; told: {told}";
    }
}

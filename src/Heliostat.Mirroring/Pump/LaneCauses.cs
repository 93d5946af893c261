using Heliostat.Client.Fetching;
using Heliostat.Configuration.Losses;
using Heliostat.Mirroring.Troubles;

namespace Heliostat.Mirroring.Pump;

/// <summary>Why lanes stand still: whose fault it is, where, and what it is.</summary>
internal static class LaneCauses
{
    /// <summary>What the source answered, which is likely to pass.</summary>
    public static Trouble Of(TopicPartition source, in FetchFailure failure, long position) => failure.Kind switch
    {
        FetchFailureKind.NotAuthorized =>
            new Trouble(TroubleKind.NotAuthorized, TroubleSide.Source, $"{source}: not authorized to read ({failure.Code.Name()})"),
        FetchFailureKind.Corrupt => new Trouble(
            TroubleKind.SourceDamaged, TroubleSide.Source,
            $"{source} at offset {position}: the broker finds its log corrupt ({failure.Code.Name()})"),
        _ => new Trouble(TroubleKind.BrokerError, TroubleSide.Source, $"{source} at offset {position}: {failure.Code.Name()}"),
    };

    /// <summary>Bytes of the source that cannot be read: trying again would read the same.</summary>
    public static Trouble Damage(TopicPartition source, long offset, string what) => new(
        TroubleKind.SourceDamaged, TroubleSide.Source,
        $"{source} at offset {offset}: {what}; the lane stops here: let a replica that is whole lead, "
        + "or give the batch up with kafka-delete-records.sh, then heliostat restart, or start the mirror again");

    /// <summary>What makes a lane doubt whether the log is the one that its position is of.</summary>
    public static string Suspicion(TopicPartition source, in FetchFailure failure, long position) => failure.Kind switch
    {
        FetchFailureKind.OffsetOutOfRange =>
            $"source: {source}: position {position} is not in the log, which is from {failure.LogStartOffset} to {failure.EndOffset}",
        FetchFailureKind.Diverged => $"source: {source}: the log parts at {failure.EndOffset} from what was read up to {position}",
        FetchFailureKind.TopicGone when failure.NewTopicId != Guid.Empty => $"source: {source}: the topic has another id",
        FetchFailureKind.Reappeared => $"source: {source}: the topic was not known for a while",
        _ => $"source: {source}: the topic is gone",
    };

    /// <summary>The lane stands still until somebody has looked at its logs.</summary>
    public static Trouble Doubt(string why) => Trouble.Said(TroubleKind.InDoubt, $"{why}; looking whether the log is the same");

    /// <summary>Retention took what was not mirrored yet.</summary>
    public static Loss Gap(TopicPartition source, long position, long logStart) => new(
        source, LossKind.Gap, position, logStart,
        $"source: {source}: offsets {position} to {logStart - 1} were deleted by retention before they were mirrored: "
            + $"{logStart - position} offsets are skipped");

    /// <summary>A record is not what the rules of its lane take.</summary>
    public static Loss Untransformed(TopicPartition source, long offset, string why) => new(
        source, LossKind.Untransformed, offset, offset + 1, $"source: {source} at offset {offset}: transform {why}");

    /// <summary>Several such records between two, both counted.</summary>
    public static Loss Untransformed(Loss first, Loss last, long count) => first with
    {
        GoOnAt = last.GoOnAt,
        Cause =
            $"source: {first.Lane} at offsets {first.Position} to {last.Position}: {count} more records that transforms do not take; the "
                + $"last: {last.Cause["source: ".Length..]}",
    };

    /// <summary>The lane stops before such a record.</summary>
    public static Trouble Failed(Loss loss) => new(
        TroubleKind.Untransformed, TroubleSide.Source,
        $"{loss.Cause["source: ".Length..]}; the lane stops before that record until transforms takes it, or 'heliostat.on.untransformed = "
            + "record' leaves such records out");

    /// <summary>A record that the target refuses, by what it answered, or would answer.</summary>
    public static Loss Refused(LanePlan plan, long offset, ErrorCode code, string? why) => new(
        plan.Source, LossKind.Refused, offset, offset + 1,
        $"target: '{plan.TargetTopic}' does not take the record at offset {offset} of {plan.Source}: {code.Name()}"
            + (why is null ? "" : $" ({why})"))
    { Code = code };

    /// <summary>The lane waits until a record that its target refuses is among the dead letters.</summary>
    public static Trouble PutAside(ILaneOutlet letters, Loss cause) =>
        Trouble.Said(TroubleKind.BatchRefused, $"{cause.Cause}; waiting until {letters.Target} has it");

    /// <summary>The lane waits until all before a record is taken that is to be put aside.</summary>
    public static Trouble PutAsideNext(TopicPartition source, long offset) => new(TroubleKind.BatchRefused, TroubleSide.Target,
        $"the record at offset {offset} of {source} is too large and goes to the dead letters once all before it is taken");

    /// <summary>The topic of dead letters takes none.</summary>
    public static Trouble NoLetters(ILaneOutlet letters, ErrorCode code, string? message) => new(
        TroubleKind.BatchRefused, TroubleSide.Target,
        $"{letters.Target}, where dead letters go, takes none: {code.Name()}{(message is null ? "" : $" ({message})")}");

    /// <summary>The lane waits for what rules need to know of a record.</summary>
    public static Trouble NotYet(TroubleKind what, TopicPartition source, long offset, string why) =>
        new(what, what is TroubleKind.Java or TroubleKind.PluginSilent ? TroubleSide.Us : TroubleSide.Source,
            $"{source} at offset {offset}: {why}");

    /// <summary>Another lane's batch was refused before it was told.</summary>
    public static Trouble NotTaken(ILaneOutlet outlet) =>
        new(TroubleKind.BatchRefused, TroubleSide.Target, $"{outlet.Target} did not take a batch of another lane");

    /// <summary>The target stores new batches where older ones of ours stood.</summary>
    public static Loss TargetLost(TopicPartition source, long position, long end, long acknowledged) => new(
        source, LossKind.TargetLost, position, null,
        $"target: the mirror of {source} ended at offset {end}, and {acknowledged} was acknowledged: {acknowledged + 1 - end} offsets were "
            + "lost there");

    /// <summary>What lets the target take what it refused, where somebody can do something; empty otherwise.</summary>
    public static string Advice(ILaneOutlet outlet, string servers, ErrorCode code, string? message = null, long? needed = null) =>
        TargetRefusal.Of(code) is { } refusal ? $": {refusal.Advice(outlet.Target.Topic, servers, message, needed)}" : "";

    /// <summary>What a silent target said last, or that it said nothing.</summary>
    public static Trouble Silence(ILaneOutlet[] outlets, string servers, TimeSpan silent)
    {
        foreach (var outlet in outlets)
        {
            if (outlet.Trouble is { } trouble)
            {
                return Trouble.Said(TroubleKind.BatchRefused, $"{trouble}{Advice(outlet, servers, outlet.TroubleCode)}");
            }
        }

        return new Trouble(TroubleKind.TargetSilent, TroubleSide.Target,
            $"{outlets[0].Target} has not acknowledged anything for {silent.TotalSeconds:0} s");
    }
}

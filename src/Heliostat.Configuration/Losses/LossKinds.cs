using System.Collections.Immutable;

namespace Heliostat.Configuration.Losses;

/// <summary>
/// The losses by their names, and what may be done about each; the first action is what is done when nothing was asked for.
/// </summary>
public static class LossKinds
{
    private static readonly (LossKind Kind, string Name, ImmutableArray<LossAction> Actions)[] Table =
    [
        (LossKind.Gap, "gap", [LossAction.Record, LossAction.Halt]),
        (LossKind.Recreated, "recreated", [LossAction.Halt, LossAction.Restart]),
        (LossKind.Truncated, "truncated", [LossAction.Halt, LossAction.Rewind]),
        (LossKind.Shrunk, "shrunk", [LossAction.Halt, LossAction.Record]),
        (LossKind.Gone, "gone", [LossAction.Halt, LossAction.Record]),
        (LossKind.TargetLost, "target-lost", [LossAction.Repair, LossAction.Halt, LossAction.Record]),
        (LossKind.TailMismatch, "tail-mismatch", [LossAction.Halt, LossAction.Record]),
        (LossKind.TailUnverified, "tail-unverified", [LossAction.Record, LossAction.Halt]),
        (LossKind.Duplicate, "duplicate", [LossAction.Record, LossAction.Halt]),
        (LossKind.Untransformed, "untransformed", [LossAction.Halt, LossAction.Record, LossAction.DeadLetter]),
        (LossKind.Refused, "refused", [LossAction.Halt, LossAction.DeadLetter]),
    ];

    public static string Name(this LossKind kind) => Table[(int)kind].Name;

    /// <summary>What may be done about it; the default first.</summary>
    public static ImmutableArray<LossAction> Actions(this LossKind kind) => Table[(int)kind].Actions;

    public static string Name(this LossAction action) => action switch
    {
        LossAction.Halt => "halt",
        LossAction.Record => "record",
        LossAction.Restart => "restart",
        LossAction.Rewind => "rewind",
        LossAction.DeadLetter => "dead-letter",
        _ => "repair",
    };

    /// <summary>False for a name that is none.</summary>
    public static bool TryRead(string name, out LossKind kind)
    {
        var index = Array.FindIndex(Table, row => row.Name == name);
        kind = (LossKind)Math.Max(index, 0);
        return index >= 0;
    }
}

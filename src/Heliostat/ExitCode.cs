using Heliostat.Mirroring.Flows;

namespace Heliostat;

/// <summary>What the program's own commands end with. The drop-in forms end as the tools they replace.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>The command line is not understood.</summary>
    public const int Usage = 1;

    /// <summary>What was asked for cannot work: a setting, a pattern, a file.</summary>
    public const int Configuration = 2;

    /// <summary>It failed while running.</summary>
    public const int Failure = 3;

    /// <summary>Of a plan: it can be made, and the clusters would refuse some of it.</summary>
    public const int Refusals = 4;

    /// <summary>Of a verification or a diff: something is otherwise on the target.</summary>
    public const int Differences = 1;

    /// <summary>Of a verification or a diff: what could be compared is the same, and some could not be.</summary>
    public const int Unverifiable = 3;

    /// <summary>
    /// Of a mirror that was stopped: lanes are halted, and nothing of theirs is mirrored until somebody says how to go on.
    /// </summary>
    public const int Halted = 5;

    /// <summary>
    /// Of a mirror that was stopped: not all positions could be stored, and some records will be mirrored again at the next start.
    /// </summary>
    public const int Repeats = 6;

    /// <summary>Of a mirror that ran.</summary>
    public static int Of(MirrorOutcome outcome) => outcome switch
    {
        { End: MirrorEnd.Refused } => Configuration,
        { End: MirrorEnd.Failed or MirrorEnd.Aborted } => Failure,
        { Halted.Count: > 0 } => Halted,
        { Repeats: > 0 } => Repeats,
        _ => Success,
    };
}

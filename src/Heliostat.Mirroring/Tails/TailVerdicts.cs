namespace Heliostat.Mirroring.Tails;

/// <summary>The names of verdicts, for logs and for the ledger.</summary>
internal static class TailVerdicts
{
    public static string Name(this TailVerdict verdict) => verdict switch
    {
        TailVerdict.Unverified => "tail-unverified",
        TailVerdict.TargetGone => "target-gone",
        TailVerdict.SourceGone => "source-gone",
        TailVerdict.Ambiguous => "tail-ambiguous",
        TailVerdict.Mismatch => "tail-mismatch",
        _ => "tail",
    };
}

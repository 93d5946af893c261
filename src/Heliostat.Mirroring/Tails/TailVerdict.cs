namespace Heliostat.Mirroring.Tails;

/// <summary>
/// What comparing a lane's tail came to. All but <see cref="Mismatch"/> say where the lane goes on; the worst that any of them does is to
/// repeat.
/// </summary>
internal enum TailVerdict
{
    /// <summary>Nothing of the lane is behind the anchor: it goes on there.</summary>
    Nothing,

    /// <summary>All of the lane's records behind the anchor were found; it goes on behind the last.</summary>
    Matched,

    /// <summary>
    /// Parts of the tail could not be compared, because compaction or retention took them or because the tail is too long; what could be
    /// was found.
    /// </summary>
    Unverified,

    /// <summary>Retention on the target took all that stood behind the anchor: there is nothing to compare.</summary>
    TargetGone,

    /// <summary>Retention on the source took what stands on the target behind the anchor.</summary>
    SourceGone,

    /// <summary>Several places fit the target's last records, and nothing says which: the earliest is taken.</summary>
    Ambiguous,

    /// <summary>In the middle of the lane's own records is one that differs from the source's: somebody has to decide.</summary>
    Mismatch,
}

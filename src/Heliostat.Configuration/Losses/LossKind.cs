namespace Heliostat.Configuration.Losses;

/// <summary>
/// What may befall a lane so that mirroring on as if nothing were would lose or mix records. The names in files and in the state topic are
/// <see cref="LossKinds"/>'.
/// </summary>
public enum LossKind
{
    /// <summary>The source deleted records before they were mirrored: its log starts behind the position.</summary>
    Gap,

    /// <summary>The source's topic was deleted and created anew: the position is one of another log.</summary>
    Recreated,

    /// <summary>The source's log lost records that were mirrored (an unclean leader election): what follows takes their offsets.</summary>
    Truncated,

    /// <summary>The source's topic has fewer partitions than it had.</summary>
    Shrunk,

    /// <summary>The source's topic is not there any more.</summary>
    Gone,

    /// <summary>The target does not hold any more what it acknowledged: its log lost records, or its topic was deleted.</summary>
    TargetLost,

    /// <summary>Among the records that a lane delivered behind its stored position is one that the source does not hold so.</summary>
    TailMismatch,

    /// <summary>
    /// What a lane delivered behind its stored position could not all be compared, so that some of it may be mirrored twice.
    /// </summary>
    TailUnverified,

    /// <summary>The target holds records of a lane more than once.</summary>
    Duplicate,

    /// <summary>A record cannot be changed as was asked for (<c>transforms</c>): it is not what they take.</summary>
    Untransformed,

    /// <summary>The target does not take a record: it is too large, or not as its topic demands.</summary>
    Refused,
}

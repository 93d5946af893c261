namespace Heliostat.MirrorClient.Tests.OffsetMaps;

public enum StepKind
{
    /// <summary>Records behind the last ones, perhaps after holes.</summary>
    Append,

    /// <summary>Records that were mirrored before.</summary>
    Again,

    /// <summary>Records where the target had others.</summary>
    TargetLoss,

    Truncate,

    /// <summary>The position is stored, which changes no map.</summary>
    Store,

    Resume,

    Trim,
}

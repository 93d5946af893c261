namespace Heliostat.Mirroring.Flows;

/// <summary>Why a mirror ended.</summary>
public enum MirrorEnd
{
    /// <summary>It was asked to stop; what was in flight was acknowledged and committed.</summary>
    Stopped,

    /// <summary>Everything that was on the source at the start has been acknowledged and committed.</summary>
    Completed,

    /// <summary>It was told not to wait: what was in flight may be mirrored again at the next start.</summary>
    Aborted,

    /// <summary>It could not go on.</summary>
    Failed,

    /// <summary>What was asked for cannot work with these clusters.</summary>
    Refused,
}

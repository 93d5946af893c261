namespace Heliostat.Mirroring.Flows;

/// <summary>What a lane does, for people.</summary>
public enum LaneState
{
    /// <summary>It moves, or would if there were something to mirror.</summary>
    Live,

    /// <summary>It is to be opened.</summary>
    Waiting,

    /// <summary>It stands still for a cause, and is tried again by itself.</summary>
    Paused,

    /// <summary>It stands still until somebody acts.</summary>
    Failed,

    /// <summary>Its flow does not run now.</summary>
    Stopped,
}

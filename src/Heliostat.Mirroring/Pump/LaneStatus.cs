namespace Heliostat.Mirroring.Pump;

/// <summary>
/// What a lane does now.
/// <code>
///              queue full / drained          target stuck / moving again
///   Running ------------------------ (same) ------------------------------ (same, cursor paused)
///      |  ^
///      |  | retry clock, or the cause went away
///      v  |
///   Paused (cause, retry at)          Running, Paused --revoked, stop--> Draining --settled--> Closed
/// </code>
/// </summary>
internal enum LaneStatus
{
    /// <summary>Batches flow, or would if there were some.</summary>
    Running,

    /// <summary>Stands still for a cause; tried again at its retry clock, or waiting for somebody to act.</summary>
    Paused,

    /// <summary>Takes in nothing more; what is in flight is awaited.</summary>
    Draining,

    /// <summary>Over.</summary>
    Closed,
}

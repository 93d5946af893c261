namespace Heliostat.Mirroring.Flows;

/// <summary>
/// What a flow does now.
/// <code>
///   Starting --clusters answer, state read--> Running --asked to stop--> Stopped
///      ^  \                                     |
///      |   \--must not run as it is--> Refused  | its transaction or a loop was lost
///      \-- Waiting (cause, retry) &lt;-------------/
/// </code>
/// </summary>
public enum FlowStatus
{
    /// <summary>It looks at both clusters and reads what is stored.</summary>
    Starting,

    /// <summary>Its lanes move, or would if there were something to mirror.</summary>
    Running,

    /// <summary>It cannot go on now and tries again by itself.</summary>
    Waiting,

    /// <summary>It must not run as it is configured, or another process runs it: somebody has to act.</summary>
    Refused,

    /// <summary>It was asked to stop and did.</summary>
    Stopped,
}

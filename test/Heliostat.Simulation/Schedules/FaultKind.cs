namespace Heliostat.Simulation.Schedules;

/// <summary>What a schedule lets happen.</summary>
internal enum FaultKind
{
    /// <summary>The mirror is gone without a word, and starts again after a while.</summary>
    KillMirror,

    /// <summary>The mirror is asked to stop, and starts again after a while.</summary>
    RestartMirror,

    /// <summary>A connection is reset; what is under way on it is lost.</summary>
    Cut,

    /// <summary>One direction of a connection stands still for a while.</summary>
    Stall,

    /// <summary>A broker serves a request, and its answer is lost with the connection.</summary>
    LoseAnswer,

    /// <summary>A broker answers requests with an error for a while.</summary>
    Refuse,

    /// <summary>Another broker leads a partition.</summary>
    MoveLeader,

    /// <summary>A broker stops, and starts again after a while.</summary>
    StopBroker,

    /// <summary>The target forgets all producers.</summary>
    ExpireProducers,
}

namespace Heliostat.Simulation.Schedules;

/// <summary>
/// What a schedule lets happen. By what stands from <see cref="CutLog"/> to <see cref="DeleteTopic"/>, what was acknowledged may be lost;
/// what stands behind that befalls workers that share a flow.
/// </summary>
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

    /// <summary>A broker follows no leader for a while, and drops out of sync.</summary>
    StallFollower,

    /// <summary>A broker's disk is away for a while; others lead what it led.</summary>
    LoseStorage,

    /// <summary>The source's topic gets one more partition.</summary>
    AddPartition,

    /// <summary>The target forgets all producers.</summary>
    ExpireProducers,

    /// <summary>
    /// A partition loses its newest records: a replica that was behind is elected, or a disk loses what it had not written.
    /// </summary>
    CutLog,

    /// <summary>The source deletes the oldest records of a partition, mirrored or not.</summary>
    DeleteRecords,

    /// <summary>The source's topic is deleted and made anew, or the target's is deleted.</summary>
    DeleteTopic,

    /// <summary>A worker stands still for a while, as by SIGSTOP: its clock goes on, and nothing else of it.</summary>
    FreezeWorker,

    /// <summary>
    /// Nothing gets through between a worker and a cluster for a while; what was under way comes through afterwards, or never.
    /// </summary>
    IsolateWorker,

    /// <summary>One more worker joins.</summary>
    JoinWorker,
}

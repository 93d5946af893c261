namespace Heliostat.Demo;

/// <summary>How far a demo is.</summary>
internal enum DemoPhase
{
    /// <summary>Clusters and mirror start.</summary>
    Starting,

    /// <summary>Producers write, the mirror mirrors.</summary>
    Running,

    /// <summary>Producers have stopped; the mirror catches up.</summary>
    CatchingUp,

    /// <summary>Both sides are read and compared.</summary>
    Auditing,
}

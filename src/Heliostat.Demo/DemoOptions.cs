namespace Heliostat.Demo;

/// <summary>What a demo is to be like.</summary>
internal sealed record DemoOptions
{
    /// <summary>How long it runs before it audits; null until somebody ends it.</summary>
    public TimeSpan? For { get; init; }

    /// <summary>Records a second that the producers write, over all topics.</summary>
    public int Rate { get; init; } = 2000;

    /// <summary>Broker restarts that come by themselves.</summary>
    public IReadOnlyList<ScheduledFault> Faults { get; init; } = [];
}

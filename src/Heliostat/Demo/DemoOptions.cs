namespace Heliostat.Demo;

/// <summary>What a demo is to be like.</summary>
internal sealed record DemoOptions
{
    /// <summary>How long it runs before it audits; null until somebody ends it.</summary>
    public TimeSpan? For { get; init; }

    /// <summary>One JSON object a line on standard output.</summary>
    public bool Json { get; init; }

    /// <summary>Between two progress lines where there is no terminal.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Records a second that the producers write, over all topics.</summary>
    public int Rate { get; init; } = 2000;

    /// <summary>Broker restarts that come by themselves.</summary>
    public IReadOnlyList<ScheduledFault> Faults { get; init; } = [];

    /// <summary>Lines even where a live view could be drawn.</summary>
    public bool Plain { get; init; }
}

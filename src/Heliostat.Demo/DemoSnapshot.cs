using Heliostat.Mirroring.Flows;

namespace Heliostat.Demo;

/// <summary>A demo at one moment, for its views.</summary>
internal sealed record DemoSnapshot
{
    public required DemoPhase Phase { get; init; }

    public required TimeSpan Elapsed { get; init; }

    /// <summary>How long it was told to run; null until somebody ends it.</summary>
    public TimeSpan? For { get; init; }

    /// <summary>Bootstrap servers of the source.</summary>
    public required string Source { get; init; }

    /// <summary>Bootstrap servers of the target.</summary>
    public required string Target { get; init; }

    /// <summary>Where its page is; null where it is not served.</summary>
    public string? Page { get; init; }

    /// <summary>Records that the source has acknowledged, those of aborted transactions left out.</summary>
    public long Written { get; init; }

    /// <summary>Records in transactions that were aborted.</summary>
    public long Aborted { get; init; }

    public required MirrorSnapshot Mirror { get; init; }

    public required IReadOnlyList<DemoLane> Lanes { get; init; }

    /// <summary>What happened lately, newest last.</summary>
    public IReadOnlyList<DemoEvent> Events { get; init; } = [];

    /// <summary>Of all lanes together; null while that of one is not known.</summary>
    public long? Lag => Lanes.All(lane => lane.Lag is not null) ? Lanes.Sum(lane => lane.Lag) : null;

    public int MovingLanes => Lanes.Count(lane => lane.IsOpen && lane.Waits is null);
}

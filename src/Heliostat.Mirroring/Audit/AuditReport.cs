namespace Heliostat.Mirroring.Audit;

/// <summary>What an audit of a flow found.</summary>
public sealed record AuditReport
{
    /// <summary>The flow, or the two clusters, as a person would name it.</summary>
    public required string Flow { get; init; }

    public required string? SourceCluster { get; init; }

    public required string? TargetCluster { get; init; }

    public required DateTimeOffset Began { get; init; }

    public required DateTimeOffset Ended { get; init; }

    public required AuditSettings Settings { get; init; }

    public required IReadOnlyList<LaneReport> Lanes { get; init; }

    public LaneCounts Total => new()
    {
        Verified = Lanes.Sum(lane => lane.Counts.Verified),
        VerifiedInBatches = Lanes.Sum(lane => lane.Counts.VerifiedInBatches),
        Gone = Lanes.Sum(lane => lane.Counts.Gone),
        Behind = Lanes.Sum(lane => lane.Counts.Behind),
        Bytes = Lanes.Sum(lane => lane.Counts.Bytes),
    };

    public AuditVerdict Verdict => Lanes.Count == 0 ? AuditVerdict.Unverifiable : Lanes.Max(lane => lane.Verdict);
}

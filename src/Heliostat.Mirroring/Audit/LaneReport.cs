namespace Heliostat.Mirroring.Audit;

/// <summary>What is known of one lane after an audit, or so far.</summary>
public sealed record LaneReport
{
    /// <summary>So many findings are named; the rest only count.</summary>
    public const int MostFindings = 1_000;

    public required string Topic { get; init; }

    public required int Partition { get; init; }

    public required string TargetTopic { get; init; }

    /// <summary>The first source offset that was compared; -1 where none was.</summary>
    public long From { get; init; } = -1;

    /// <summary>The source offset up to which it was compared.</summary>
    public long To { get; init; } = -1;

    public long TargetFrom { get; init; } = -1;

    public long TargetTo { get; init; } = -1;

    /// <summary>The ends as they were when the audit began.</summary>
    public long SourceEnd { get; init; }

    public long TargetEnd { get; init; }

    public LaneCounts Counts { get; init; } = new();

    public IReadOnlyList<AuditFinding> Findings { get; init; } = [];

    /// <summary>Records in findings, by kind, also of those that are not named.</summary>
    public IReadOnlyDictionary<AuditKind, long> Found { get; init; } = new Dictionary<AuditKind, long>();

    /// <summary>What could not be compared, and why.</summary>
    public IReadOnlyList<string> Unverifiable { get; init; } = [];

    /// <summary>Compared to its end.</summary>
    public bool IsThrough { get; init; }

    public AuditVerdict Verdict => Found.Count > 0 ? AuditVerdict.Different : Unverifiable.Count > 0
        || !IsThrough ? AuditVerdict.Unverifiable : AuditVerdict.Equal;

    /// <summary>What is known when what was compared behind it came to this, up to <paramref name="at"/>.</summary>
    internal LaneReport After(LaneCounts counts, IReadOnlyList<AuditFinding> findings, AuditStart at)
    {
        var gone = Counts.Gone + counts.Gone;
        var found = Found.ToDictionary();
        foreach (var finding in findings)
        {
            found[finding.Kind] = found.GetValueOrDefault(finding.Kind) + finding.Count;
        }

        return this with
        {
            To = at.Source,
            TargetTo = at.Target,
            Counts = new LaneCounts
            {
                Verified = Counts.Verified + counts.Verified,
                VerifiedInBatches = Counts.VerifiedInBatches + counts.VerifiedInBatches,
                Gone = gone,
                Behind = Counts.Behind + counts.Behind,
                Bytes = Counts.Bytes + counts.Bytes,
            },
            Found = found,
            Findings = [.. Findings.Concat(findings).Take(MostFindings)],
            Unverifiable = counts.Gone > 0
                ? [.. Unverifiable.Where(cause => !cause.StartsWith("compaction", StringComparison.Ordinal)),
                    $"compaction or retention took {gone} records from one side"]
                : Unverifiable,
        };
    }
}

namespace Heliostat.Demo.Audit;

/// <summary>What a demo's audit found.</summary>
/// <param name="Topics">Topic by topic.</param>
/// <param name="Offsets">The group's translated offsets, each checked against both logs.</param>
/// <param name="Failure">Why it is not clean although the counts are: the mirror ended, or did not catch up. Null for none.</param>
/// <param name="Took">How long reading and comparing took.</param>
internal sealed record AuditResult(IReadOnlyList<TopicAudit> Topics, OffsetAudit Offsets, string? Failure, TimeSpan Took)
{
    public AuditCounts Total => Topics.Aggregate(default(AuditCounts), (sum, topic) => sum + topic.Counts);

    public bool IsClean => Total.IsClean && Offsets.Wrong == 0 && Failure is null;
}

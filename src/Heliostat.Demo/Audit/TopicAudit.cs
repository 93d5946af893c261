namespace Heliostat.Demo.Audit;

/// <summary>What the audit found in one topic.</summary>
/// <param name="Topic">Its name.</param>
/// <param name="Written">Records that the source acknowledged to the demo's producer, aborted ones left out.</param>
/// <param name="IsCompacted">Whether the logs keep only the newest record of each key.</param>
/// <param name="Counts">What comparing both sides came to.</param>
internal sealed record TopicAudit(string Topic, long Written, bool IsCompacted, AuditCounts Counts)
{
    /// <summary>Records that the source still holds, aborted ones left out.</summary>
    public long Found => Counts.Compared + Counts.Lost;

    /// <summary>Records that have left both sides, or one of them, by compaction or retention.</summary>
    public long Gone => Math.Max(0, Written - Found);

    /// <summary>The source lost what it had acknowledged, where nothing may leave its log.</summary>
    public bool IsShort => !IsCompacted && Counts.Expired == 0 && Found < Written;
}

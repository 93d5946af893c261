using System.Text.Json.Serialization;

namespace Heliostat.Mirroring.Audit;

/// <summary>How the background audit of a flow stands.</summary>
/// <param name="Lanes">What is known of each lane that was audited, in no order.</param>
/// <param name="At">When something of it was last kept.</param>
public sealed record AuditStatus([property: JsonIgnore] IReadOnlyList<LaneReport> Lanes, DateTimeOffset At)
{
    /// <summary>Records that are the same on both sides.</summary>
    public long Verified => Lanes.Sum(lane => lane.Counts.Verified);

    /// <summary>Records of which one side is gone by compaction or retention.</summary>
    public long Gone => Lanes.Sum(lane => lane.Counts.Gone);

    /// <summary>Bytes that were read of both sides.</summary>
    public long Bytes => Lanes.Sum(lane => lane.Counts.Bytes);

    /// <summary>Records in findings, by kind.</summary>
    public IReadOnlyDictionary<AuditKind, long> Found => Lanes.SelectMany(lane => lane.Found).GroupBy(found => found.Key)
        .ToDictionary(kind => kind.Key, kind => kind.Sum(found => found.Value));

    /// <summary>What a book has; null where it has nothing.</summary>
    internal static AuditStatus? Of(AuditBook book) => book.All is { Count: > 0 } all
        ? new AuditStatus([.. all.Select(lane => lane.Report)], all.Max(lane => lane.At))
        : null;
}

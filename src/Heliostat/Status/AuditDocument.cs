using Heliostat.Output;

namespace Heliostat.Status;

/// <summary>How the background audit of a flow stands.</summary>
/// <param name="Lanes">Lanes that were audited.</param>
/// <param name="Records">Records that are the same on both sides.</param>
/// <param name="Gone">Records of which one side is gone by compaction or retention.</param>
/// <param name="Bytes">Bytes that were read of both sides.</param>
/// <param name="Found">Records in findings, by kind.</param>
/// <param name="At">When something of it was last kept.</param>
internal sealed record AuditDocument(int Lanes, long Records, long Gone, long Bytes, IReadOnlyDictionary<string, long> Found,
    DateTimeOffset At)
{
    /// <summary>All of it in a line.</summary>
    public override string ToString() => $"{Counted.Of(Records, "record")} of {Counted.Of(Lanes, "lane")} the same"
        + (Gone > 0 ? $", of {Counted.Of(Gone, "record")} one side is gone" : "")
        + (Found.Count > 0 ? $"; DIFFERENT: {string.Join(", ", Found.Select(found => $"{found.Value} {found.Key}"))}" : "");
}

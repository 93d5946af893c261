namespace Heliostat.Demo.Audit;

/// <summary>All that a reader of committed records gets of a partition.</summary>
/// <param name="Records">Its records, in their order.</param>
/// <param name="LogStart">The first offset that the log still has.</param>
/// <param name="LeftOut">Records of aborted transactions.</param>
internal sealed record AuditedPartition(IReadOnlyList<AuditedRecord> Records, long LogStart, long LeftOut);

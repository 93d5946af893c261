namespace Heliostat.Demo.Audit;

/// <summary>
/// Compares what two logs hold, record by record. What retention or compaction has taken from one side is not held against the other, and is counted apart:
/// <list type="bullet">
/// <item>A. Where a log no longer begins at its beginning, what the other holds from before is <i>expired</i>, told by the records' numbers.</item>
/// <item>B. In a compacted log a record that is missing is <i>superseded</i> when the side that lacks it holds a later one of the same key.</item>
/// </list>
/// Everything else that is on the source and not on the target is lost; what is on the target twice is duplicated; what is on the target in another order
/// than on the source is out of order; what is on the target and was never on the source is foreign.
/// </summary>
internal static class PartitionAudit
{
    public static AuditCounts Compare(AuditedPartition source, AuditedPartition target, bool compacted)
    {
        var counts = new AuditCounts { LeftOut = source.LeftOut };
        var places = new Dictionary<UInt128, int>(source.Records.Count);
        for (var i = 0; i < source.Records.Count; i++)
        {
            places[source.Records[i].Identity] = i;
        }

        var lastBySource = compacted ? NewestByKey(source.Records) : [];
        var lastByTarget = compacted ? NewestByKey(target.Records) : [];
        var (firstOnSource, firstOnTarget) = (FirstNumber(source), FirstNumber(target));
        var seen = new bool[source.Records.Count];
        var newest = -1;
        foreach (var record in target.Records)
        {
            if (!places.TryGetValue(record.Identity, out var place))
            {
                counts += record.Number < firstOnSource ? new AuditCounts { Expired = 1 }
                    : lastBySource.GetValueOrDefault(record.Key, -1) > record.Number ? new AuditCounts { Superseded = 1 }
                    : new AuditCounts { Foreign = 1 };
                continue;
            }

            if (seen[place])
            {
                counts += new AuditCounts { Duplicated = 1 };
                continue;
            }

            seen[place] = true;
            counts += new AuditCounts { Compared = 1, OutOfOrder = place < newest ? 1 : 0 };
            newest = Math.Max(newest, place);
        }

        for (var i = 0; i < seen.Length; i++)
        {
            if (!seen[i])
            {
                var record = source.Records[i];
                counts += record.Number < firstOnTarget ? new AuditCounts { Expired = 1 }
                    : lastByTarget.GetValueOrDefault(record.Key, -1) > record.Number ? new AuditCounts { Superseded = 1 }
                    : new AuditCounts { Lost = 1 };
            }
        }

        return counts;
    }

    /// <summary>
    /// Whether a reader of the target that starts at <paramref name="targetOffset"/> gets first what a reader of the source that starts at
    /// <paramref name="sourceOffset"/> gets first.
    /// </summary>
    public static bool IsTranslated(AuditedPartition source, AuditedPartition target, long sourceOffset, long targetOffset)
    {
        var next = source.Records.Where(record => record.Offset >= sourceOffset).Select(record => record.Identity).FirstOrDefault();
        return next == target.Records.Where(record => record.Offset >= targetOffset).Select(record => record.Identity).FirstOrDefault();
    }

    /// <summary>What is older than this has left the log by retention; nothing has where it still begins at 0.</summary>
    private static long FirstNumber(AuditedPartition partition) => partition.LogStart > 0 && partition.Records.Count > 0 ? partition.Records[0].Number : 0;

    private static Dictionary<UInt128, long> NewestByKey(IReadOnlyList<AuditedRecord> records)
    {
        Dictionary<UInt128, long> newest = [];
        foreach (var record in records)
        {
            newest[record.Key] = Math.Max(newest.GetValueOrDefault(record.Key, -1), record.Number);
        }

        return newest;
    }
}

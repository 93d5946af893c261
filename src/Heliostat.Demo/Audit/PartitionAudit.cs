namespace Heliostat.Demo.Audit;

/// <summary>
/// Compares what two logs hold, record by record. What retention or compaction has taken from one side is not held against the other, and
/// is counted apart:
/// <list type="bullet">
/// <item>A. Where a log no longer begins at its beginning, what the other holds from before is <i>expired</i>, told by the records'
/// numbers.</item>
/// <item>B. In a compacted log a record that is missing is <i>superseded</i> when the side that lacks it holds a later one of the same
/// key.</item>
/// </list>
/// Everything else that is on the source and not on the target is lost; what is on the target twice is duplicated; what is on the target in
/// another order than on the source is out of order; what is on the target and was never on the source is foreign.
/// </summary>
internal static class PartitionAudit
{
    public static AuditCounts Compare(AuditedPartition source, AuditedPartition target, bool compacted)
    {
        var counts = new AuditCounts { LeftOut = source.LeftOut };
        var places = new Places(source.Records);
        var lastBySource = compacted ? NewestByKey(source.Records) : [];
        var lastByTarget = compacted ? NewestByKey(target.Records) : [];
        var (firstOnSource, firstOnTarget) = (FirstNumber(source), FirstNumber(target));
        var seen = new bool[source.Records.Count];
        var newest = -1;
        foreach (var record in target.Records)
        {
            if (!places.Contains(record))
            {
                counts += IsBefore(firstOnSource, record) ? new AuditCounts { Expired = 1 }
                    : lastBySource.GetValueOrDefault(record.Key, -1) > record.Number ? new AuditCounts { Superseded = 1 }
                    : new AuditCounts { Foreign = 1 };
                continue;
            }

            if (!places.TryTake(record, out var place))
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
                counts += IsBefore(firstOnTarget, record) ? new AuditCounts { Expired = 1 }
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
    private static long FirstNumber(AuditedPartition partition) =>
        partition.LogStart > 0 ? partition.Records.Select(record => record.Number).FirstOrDefault(number => number >= 0) : 0;

    /// <summary>Whether retention took it; of a record that somebody else wrote, which has no number, nobody can say so.</summary>
    private static bool IsBefore(long firstNumber, in AuditedRecord record) => record.Number >= 0 && record.Number < firstNumber;

    private static Dictionary<UInt128, long> NewestByKey(IReadOnlyList<AuditedRecord> records)
    {
        Dictionary<UInt128, long> newest = [];
        foreach (var record in records)
        {
            newest[record.Key] = Math.Max(newest.GetValueOrDefault(record.Key, -1), record.Number);
        }

        return newest;
    }

    /// <summary>Where each record stands; records that are equal in everything are taken one by one, in their order.</summary>
    private sealed class Places
    {
        private const int None = -1;

        private readonly Dictionary<UInt128, int> _first;
        private readonly int[] _nextEqual;

        public Places(IReadOnlyList<AuditedRecord> records)
        {
            _first = new Dictionary<UInt128, int>(records.Count);
            _nextEqual = new int[records.Count];
            for (var i = records.Count - 1; i >= 0; i--)
            {
                _nextEqual[i] = _first.GetValueOrDefault(records[i].Identity, None);
                _first[records[i].Identity] = i;
            }
        }

        public bool Contains(in AuditedRecord record) => _first.ContainsKey(record.Identity);

        /// <summary>The first place of such a record that was not taken before; false when all were.</summary>
        public bool TryTake(in AuditedRecord record, out int place)
        {
            place = _first[record.Identity];
            if (place == None)
            {
                return false;
            }

            _first[record.Identity] = _nextEqual[place];
            return true;
        }
    }
}

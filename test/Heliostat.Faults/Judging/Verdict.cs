namespace Heliostat.Faults.Judging;

/// <summary>A copy beside what it is a copy of.</summary>
/// <param name="Lost">Records that the source holds and the copy does not.</param>
/// <param name="Duplicated">Records of the copy beyond the first of each number.</param>
/// <param name="Reordered">First occurrences that stand behind a later record of their key.</param>
/// <param name="Beyond">Records of the copy that the source does not hold (any more).</param>
internal sealed record Verdict(long Lost, long Duplicated, long Reordered, long Beyond)
{
    /// <summary>
    /// Compares by the numbers that the load gave. A key belongs to one partition of the source, so its numbers grow there.
    /// </summary>
    public static Verdict Of(IReadOnlyCollection<long> expected, IReadOnlyList<SeenRecord> copy)
    {
        var wanted = expected as IReadOnlySet<long> ?? expected.ToHashSet();
        var seen = new HashSet<long>();
        var highest = new Dictionary<(int Partition, string Key), long>();
        long reordered = 0, beyond = 0;
        foreach (var record in copy)
        {
            if (!seen.Add(record.Number))
            {
                continue;
            }

            var lane = (record.Partition, record.Key);
            var before = highest.GetValueOrDefault(lane, -1);
            reordered += record.Number < before ? 1 : 0;
            highest[lane] = Math.Max(before, record.Number);
            beyond += wanted.Contains(record.Number) ? 0 : 1;
        }

        return new Verdict(wanted.Count(number => !seen.Contains(number)), copy.Count - seen.Count, reordered, beyond);
    }
}

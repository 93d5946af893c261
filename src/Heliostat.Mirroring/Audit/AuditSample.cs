namespace Heliostat.Mirroring.Audit;

/// <summary>
/// Which parts of a lane are compared when not all of it is: blocks of source offsets, chosen by a number that anybody can repeat.
/// </summary>
/// <param name="OneOf">One block of so many.</param>
/// <param name="Seed">Chooses which.</param>
public sealed record AuditSample(int OneOf, long Seed)
{
    /// <summary>Source offsets of a block.</summary>
    public const long BlockOffsets = 10_000;

    /// <summary>The blocks within a range that are compared, as ranges.</summary>
    internal IEnumerable<(long From, long To)> Of(string topic, int partition, long start, long end)
    {
        for (var block = start / BlockOffsets; block * BlockOffsets < end; block++)
        {
            if (IsChosen(topic, partition, block))
            {
                yield return (Math.Max(start, block * BlockOffsets), Math.Min(end, (block + 1) * BlockOffsets));
            }
        }
    }

    private bool IsChosen(string topic, int partition, long block)
    {
        // FNV-1a, finished as in MurmurHash3: the same everywhere, for ever.
        var hash = 14695981039346656037UL;
        foreach (var unit in string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Seed}/{topic}/{partition}/{block}"))
        {
            hash = (hash ^ unit) * 1099511628211UL;
        }

        hash ^= hash >> 33;
        hash *= 0xff51afd7ed558ccdUL;
        hash ^= hash >> 33;
        return hash % (ulong)OneOf == 0;
    }
}

using Heliostat.Simulation.Schedules;

namespace Heliostat.Simulation.Worlds;

/// <summary>What became of a partition's records, or of all.</summary>
/// <param name="Records">How many the source holds for the mirror to read.</param>
/// <param name="Lost">Of them, how many are not on the target.</param>
/// <param name="Duplicated">How many stand on the target once more than they should.</param>
/// <param name="Reordered">How many stand, at their first place, behind one that was written after them.</param>
/// <param name="Changed">How many stand on the target other than they were written, or were never written.</param>
/// <param name="Beyond">How many stand on the target that the source lost: it neither holds nor deleted them.</param>
/// <param name="Missed">How many the source deleted that came after something that was mirrored, and are not on the target.</param>
/// <param name="First">The first that is wrong, in words.</param>
internal sealed record Comparison(int Records, int Lost, int Duplicated, int Reordered, int Changed, int Beyond, int Missed, string? First)
{
    public static readonly Comparison Nothing = new(0, 0, 0, 0, 0, 0, 0, null);

    /// <summary>Compares each partition of the source with its mirror.</summary>
    public static IReadOnlyList<Comparison> Of(World world, Schedule schedule)
    {
        var mirror = MirrorProcess.TargetTopic(schedule.Way);
        return
        [
            .. from partition in Enumerable.Range(0, world.Source.PartitionCount(World.Topic))
               let there = ReadLog.Read(world.Source, World.Topic, partition, schedule.ReadsCommitted)
               let found = world.IsOnTarget(mirror, partition) ? ReadLog.Read(world.Target, mirror, partition, committed: true) : []
               select Of(world.History.Of(partition), there, found, world.History.Taken(partition)),
        ];
    }

    /// <summary>Compares two logs record by record.</summary>
    /// <param name="written">All that was ever written, by value.</param>
    /// <param name="there">What the source holds, each record in words.</param>
    /// <param name="found">What the target holds.</param>
    /// <param name="taken">What the source held and deleted.</param>
    internal static Comparison Of(IReadOnlyDictionary<string, Written> written, List<string> there, List<string> found,
        IReadOnlyCollection<string> taken)
    {
        HashSet<string> seen = [];
        var (duplicated, reordered, changed, furthest) = (0, 0, 0, -1);
        string? first = null;
        foreach (var words in found)
        {
            var value = ReadLog.ValueOf(words);
            if (written.GetValueOrDefault(value) is not { } one || one.Words != words)
            {
                changed++;
                first ??= $"'{words}' was not written so";
            }
            else if (!seen.Add(words))
            {
                duplicated++;
                first ??= $"{value} is there again";
            }
            else
            {
                if (one.Order < furthest)
                {
                    reordered++;
                    first ??= $"{value} stands behind what was written after it";
                }

                furthest = Math.Max(furthest, one.Order);
            }
        }

        HashSet<string> held = [.. there, .. taken];
        var lost = there.Where(words => !seen.Contains(words)).ToList();
        first ??= lost.Count > 0 ? $"{ReadLog.ValueOf(lost[0])} is not there" : null;
        return new Comparison(there.Count, lost.Count, duplicated, reordered, changed, seen.Count(words => !held.Contains(words)),
            CountMissed(written, taken, seen), first);
    }

    public Comparison Plus(Comparison other) => new(
        Records + other.Records, Lost + other.Lost, Duplicated + other.Duplicated, Reordered + other.Reordered, Changed + other.Changed,
        Beyond + other.Beyond,
        Missed + other.Missed, First ?? other.First);

    /// <summary>Who had mirrored something of a log had a place in it: what it took from there on is a loss to be told.</summary>
    private static int CountMissed(IReadOnlyDictionary<string, Written> written, IReadOnlyCollection<string> taken, HashSet<string> seen)
    {
        Dictionary<int, long> begun = [];
        foreach (var one in seen.Select(words => written[ReadLog.ValueOf(words)]))
        {
            begun[one.Topic] = Math.Min(one.Offset, begun.GetValueOrDefault(one.Topic, long.MaxValue));
        }

        return taken.Where(words => !seen.Contains(words))
            .Select(words => written[ReadLog.ValueOf(words)]).Count(one => one.Offset > begun.GetValueOrDefault(one.Topic, long.MaxValue));
    }
}

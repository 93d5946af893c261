using Heliostat.Simulation.Schedules;

namespace Heliostat.Simulation.Worlds;

/// <summary>What became of the source's records on the target.</summary>
/// <param name="Records">How many the source holds.</param>
/// <param name="Lost">Of them, how many are not on the target.</param>
/// <param name="Duplicated">How many stand there once more than they should.</param>
/// <param name="Reordered">How many stand, at their first place, behind one that followed them on the source.</param>
/// <param name="First">The first that is wrong, in words.</param>
internal sealed record Comparison(int Records, int Lost, int Duplicated, int Reordered, string? First)
{
    public static Comparison Of(World world, Schedule schedule)
    {
        var sum = new Comparison(0, 0, 0, 0, null);
        var mirror = MirrorProcess.TargetTopic(schedule.Way);
        for (var partition = 0; partition < schedule.Partitions; partition++)
        {
            var expected = CommittedRecords.Read(world.Source, World.Topic, partition);
            var found = world.Target.HasTopic(mirror) ? CommittedRecords.Read(world.Target, mirror, partition) : [];
            sum = sum.Plus(Of(expected, found));
        }

        return sum;
    }

    internal static Comparison Of(List<string> expected, List<string> found)
    {
        Dictionary<string, int> places = [];
        foreach (var value in expected)
        {
            places[value] = places.Count;
        }

        HashSet<string> seen = [];
        var (duplicated, reordered, furthest) = (0, 0, -1);
        string? first = null;
        foreach (var value in found)
        {
            if (!seen.Add(value))
            {
                duplicated++;
                first ??= $"{value} is there again";
            }
            else if (places.TryGetValue(value, out var place))
            {
                if (place < furthest)
                {
                    reordered++;
                    first ??= $"{value} stands behind {expected[furthest]}";
                }

                furthest = Math.Max(furthest, place);
            }
        }

        var lost = expected.Where(value => !seen.Contains(value)).ToList();
        first ??= lost.Count > 0 ? $"{lost[0]} is not there" : null;
        return new Comparison(expected.Count, lost.Count, duplicated, reordered, first);
    }

    private Comparison Plus(Comparison other) =>
        new(Records + other.Records, Lost + other.Lost, Duplicated + other.Duplicated, Reordered + other.Reordered, First ?? other.First);
}

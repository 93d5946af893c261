using Heliostat.Mirroring.Lanes;
using Heliostat.Mirroring.Pump;

namespace Heliostat.Mirroring.Flows;

/// <summary>
/// The open lanes of a flow by topic and partition, each once: put in order again only when some were opened or closed. Thread-safe.
/// </summary>
internal sealed class LanesInOrder
{
    private Order _last = new([], []);

    /// <summary>The open lanes of these tables.</summary>
    public IReadOnlyList<Lane> Of(IReadOnlyList<TableLanes> tables)
    {
        IReadOnlyList<Lane>[] open = [.. tables.Select(table => table.Open)];
        var last = Volatile.Read(ref _last);
        if (!last.Of.SequenceEqual(open, ReferenceEqualityComparer.Instance))
        {
            Lane[] lanes = [.. open.SelectMany(lanes => lanes).DistinctBy(lane => lane.Plan.Source)];
            Array.Sort(lanes, static (a, b) => LaneList.Compare(a.Plan.Source, b.Plan.Source));
            Volatile.Write(ref _last, last = new Order(open, lanes));
        }

        return last.Lanes;
    }

    /// <param name="Of">The lists that were put in order.</param>
    /// <param name="Lanes">What came of it.</param>
    private sealed record Order(IReadOnlyList<Lane>[] Of, Lane[] Lanes);
}

namespace Heliostat.Faults.Catalog;

/// <summary>All faults, in the order of the document.</summary>
internal static class FaultCatalog
{
    public static IReadOnlyList<Fault> All { get; } =
    [
        .. ProcessFaults.All,
        .. BrokerFaults.All.Select(HurtsOthers),
        .. NetworkFaults.All.Select(HurtsOthers),
        .. LogFaults.All,
        .. SurroundingFaults.All,
    ];

    private static Fault HurtsOthers(Fault fault) => fault with { HurtsOthers = true };
}

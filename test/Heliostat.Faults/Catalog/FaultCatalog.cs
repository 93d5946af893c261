namespace Heliostat.Faults.Catalog;

/// <summary>All faults, in the order of the document.</summary>
internal static class FaultCatalog
{
    public static IReadOnlyList<Fault> All { get; } = [.. ProcessFaults.All, .. BrokerFaults.All, .. NetworkFaults.All, .. LogFaults.All];
}

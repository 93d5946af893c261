namespace Heliostat.Mirroring.Flows;

/// <summary>One broker of a cluster.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Address">Where clients reach it, as <c>host:port</c>.</param>
/// <param name="Rack">Its rack; null where it has none.</param>
public sealed record BrokerSnapshot(int Id, string Address, string? Rack);

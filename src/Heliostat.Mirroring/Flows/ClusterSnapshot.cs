namespace Heliostat.Mirroring.Flows;

/// <summary>One cluster of a flow, as it described itself last.</summary>
/// <param name="Alias">What the file calls it; null where it has no name.</param>
/// <param name="BootstrapServers">Where it is asked for first, as <c>host:port</c>, separated by commas.</param>
public sealed record ClusterSnapshot(string? Alias, string BootstrapServers)
{
    /// <summary>Its id; null before its first answer, and where it is too old to have one.</summary>
    public string? Id { get; init; }

    /// <summary>The broker that is its controller; null while that is not known.</summary>
    public int? Controller { get; init; }

    /// <summary>Its brokers that run, by id; empty before its first answer.</summary>
    public IReadOnlyList<BrokerSnapshot> Brokers { get; init; } = [];
}

using System.Net;

namespace Heliostat.Configuration.Options;

/// <summary>A cluster of the file.</summary>
public sealed record ClusterOptions
{
    /// <summary>The name the file gives it.</summary>
    public required string Alias { get; init; }

    /// <summary>Brokers to start from.</summary>
    public required IReadOnlyList<DnsEndPoint> BootstrapServers { get; init; }
}

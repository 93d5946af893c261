using System.Net;

namespace Heliostat.Client.Metadata;

/// <summary>One broker as the cluster names it.</summary>
public sealed record BrokerMetadata(int NodeId, DnsEndPoint Endpoint, string? Rack);

namespace Heliostat.Configuration.Options;

/// <summary>How to reach a cluster to ask and to alter: Kafka's admin client settings that Heliostat honours.</summary>
public sealed record AdminClientOptions : ClientOptions;

namespace Heliostat.Mirroring.Configuration.MirrorMaker2;

/// <summary>How to reach a cluster to ask and to alter: Kafka's admin client settings that Heliostat honours.</summary>
public sealed record AdminClientOptions : ClientOptions;

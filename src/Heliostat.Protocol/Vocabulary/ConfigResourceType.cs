namespace Heliostat.Protocol.Vocabulary;

/// <summary>What a configuration belongs to, with Kafka's numbers (ConfigResource.Type).</summary>
public enum ConfigResourceType : sbyte
{
    Unknown = 0,
    Topic = 2,
    Broker = 4,
    BrokerLogger = 8,
    ClientMetrics = 16,
    Group = 32,
}

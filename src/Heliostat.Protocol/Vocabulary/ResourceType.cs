namespace Heliostat.Protocol.Vocabulary;

/// <summary>What an ACL is about, with Kafka's numbers (ResourceType).</summary>
public enum ResourceType : sbyte
{
    Unknown = 0,
    Any = 1,
    Topic = 2,
    Group = 3,
    Cluster = 4,
    TransactionalId = 5,
    DelegationToken = 6,
    User = 7,
}

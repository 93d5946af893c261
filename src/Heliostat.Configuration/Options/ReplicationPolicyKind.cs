namespace Heliostat.Configuration.Options;

/// <summary>The naming policies that Kafka ships.</summary>
public enum ReplicationPolicyKind
{
    /// <summary><c>DefaultReplicationPolicy</c>: the source's alias, the separator, the topic.</summary>
    Default,

    /// <summary><c>IdentityReplicationPolicy</c>: topics keep their names, except heartbeats.</summary>
    Identity,
}

namespace Heliostat.Broker.Security;

/// <summary>Names that ACLs use.</summary>
internal static class AclBinding
{
    /// <summary>The one resource of type cluster.</summary>
    public const string ClusterName = "kafka-cluster";
}

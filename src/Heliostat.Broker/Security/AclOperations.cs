namespace Heliostat.Broker.Security;

/// <summary>Which operations there are on which resources (AclEntry.supportedOperations).</summary>
internal static class AclOperations
{
    public static IReadOnlyList<AclOperation> Of(ResourceType type) => type switch
    {
        ResourceType.Topic =>
        [
            AclOperation.Read, AclOperation.Write, AclOperation.Create, AclOperation.Describe, AclOperation.Delete, AclOperation.Alter,
            AclOperation.DescribeConfigs, AclOperation.AlterConfigs,
        ],
        ResourceType.Group =>
            [AclOperation.Read, AclOperation.Describe, AclOperation.Delete, AclOperation.DescribeConfigs, AclOperation.AlterConfigs],
        ResourceType.Cluster =>
        [
            AclOperation.Create, AclOperation.ClusterAction, AclOperation.DescribeConfigs, AclOperation.AlterConfigs,
            AclOperation.IdempotentWrite, AclOperation.Alter, AclOperation.Describe,
        ],
        ResourceType.TransactionalId => [AclOperation.Describe, AclOperation.Write, AclOperation.TwoPhaseCommit],
        ResourceType.DelegationToken => [AclOperation.Describe],
        ResourceType.User => [AclOperation.CreateTokens, AclOperation.DescribeTokens],
        _ => [],
    };
}

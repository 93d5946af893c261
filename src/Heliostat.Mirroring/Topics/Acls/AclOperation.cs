namespace Heliostat.Mirroring.Topics.Acls;

/// <summary>What an access rule is about, with Kafka's numbers; the others are passed on as they are.</summary>
internal enum AclOperation : sbyte
{
    All = 2,
    Read = 3,
    Write = 4,
    Create = 5,
    Delete = 6,
    Alter = 7,
    Describe = 8,
    ClusterAction = 9,
    DescribeConfigs = 10,
    AlterConfigs = 11,
    IdempotentWrite = 12,
}

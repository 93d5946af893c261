using Heliostat.Protocol.Messages;

namespace Heliostat.Mirroring.Topics.Acls;

/// <summary>One access rule about topics (AclBinding).</summary>
internal sealed record TopicAcl(string Topic, PatternType Pattern, string Principal, string Host, AclOperation Operation,
    AclPermission Permission)
{
    /// <summary>The literal name that means every topic.</summary>
    public const string Wildcard = "*";

    /// <summary>Asks for all access rules about topics.</summary>
    public static DescribeAclsRequest AnyTopic => new()
    {
        ResourceTypeFilter = ResourceType.Topic,
        ResourceNameFilter = null,
        PatternTypeFilter = PatternType.Any,
        PrincipalFilter = null,
        HostFilter = null,
        Operation = AclOperation.Any,
        PermissionType = AclPermission.Any,
    };

    public bool IsWildcard => Pattern == PatternType.Literal && Topic == Wildcard;

    /// <summary>Reads a cluster's answer.</summary>
    public static IEnumerable<TopicAcl> From(DescribeAclsResponse response) =>
        from resource in response.Resources
        where resource.ResourceType == ResourceType.Topic
        from acl in resource.Acls
        select new TopicAcl(
            resource.ResourceName, resource.PatternType, acl.Principal, acl.Host, acl.Operation, acl.PermissionType);

    public AclCreation ToCreation() => new()
    {
        ResourceType = ResourceType.Topic,
        ResourceName = Topic,
        ResourcePatternType = Pattern,
        Principal = Principal,
        Host = Host,
        Operation = Operation,
        PermissionType = Permission,
    };

    /// <summary>A filter that this rule alone passes.</summary>
    public DeleteAclsFilter ToFilter() => new()
    {
        ResourceTypeFilter = ResourceType.Topic,
        ResourceNameFilter = Topic,
        PatternTypeFilter = Pattern,
        PrincipalFilter = Principal,
        HostFilter = Host,
        Operation = Operation,
        PermissionType = Permission,
    };

    /// <summary>The rule in words: <c>User:alice may READ topic 'A.orders'</c>.</summary>
    public override string ToString()
    {
        var from = Host == "*" ? "" : $" from {Host}";
        var topics = IsWildcard ? "all topics" : Pattern == PatternType.Prefixed ? $"topics '{Topic}*'" : $"topic '{Topic}'";
        var operation = Operation.ToString();
        var named = operation.Length > 0 && char.IsLetter(operation[0]) ? Words(operation) : $"operation {operation}";
        return $"{Principal}{from} {(Permission == AclPermission.Allow ? "may" : "may not")} {named} {topics}";
    }

    /// <summary>A name of Kafka's enums as its tools print it: <c>DESCRIBE_CONFIGS</c>.</summary>
    public static string Words(string name) =>
        string.Concat(name.Select((c, i) => i > 0 && char.IsUpper(c) ? "_" + c : char.ToUpperInvariant(c).ToString()));
}

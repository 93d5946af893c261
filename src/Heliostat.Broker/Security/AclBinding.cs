namespace Heliostat.Broker.Security;

/// <summary>One access rule, with Kafka's numbers (AclBinding).</summary>
internal sealed record AclBinding
{
    /// <summary>The one resource of type cluster.</summary>
    public const string ClusterName = "kafka-cluster";

    public const string Wildcard = "*";
    public const string AnyUser = "User:*";

    public required ResourceType ResourceType { get; init; }

    public required string ResourceName { get; init; }

    public required PatternType PatternType { get; init; }

    public required string Principal { get; init; }

    public required string Host { get; init; }

    public required AclOperation Operation { get; init; }

    public required AclPermission Permission { get; init; }

    /// <summary>Whether the rule is about this resource.</summary>
    public bool Covers(ResourceType type, string name) => ResourceType == type && PatternType switch
    {
        PatternType.Literal => ResourceName == name || ResourceName == Wildcard,
        PatternType.Prefixed => name.StartsWith(ResourceName, StringComparison.Ordinal),
        _ => false,
    };

    public bool IsFor(string principal, string host) =>
        (Principal == principal || Principal == AnyUser) && (Host == host || Host == Wildcard);
}

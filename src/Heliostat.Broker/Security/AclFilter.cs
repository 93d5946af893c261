namespace Heliostat.Broker.Security;

/// <summary>Which rules somebody wants to see or remove; null and Any match all (AclBindingFilter).</summary>
internal sealed record AclFilter
{
    public required ResourceType ResourceType { get; init; }

    public required string? ResourceName { get; init; }

    public required PatternType PatternType { get; init; }

    public required string? Principal { get; init; }

    public required string? Host { get; init; }

    public required AclOperation Operation { get; init; }

    public required AclPermission Permission { get; init; }

    public bool Matches(AclBinding acl) =>
        (ResourceType == ResourceType.Any || ResourceType == acl.ResourceType)
        && MatchesName(acl)
        && (Principal is null || Principal == acl.Principal)
        && (Host is null || Host == acl.Host)
        && (Operation == AclOperation.Any || Operation == acl.Operation)
        && (Permission == AclPermission.Any || Permission == acl.Permission);

    private bool MatchesName(AclBinding acl) => PatternType switch
    {
        PatternType.Any => ResourceName is null || ResourceName == acl.ResourceName,
        PatternType.Match => ResourceName is null || acl.Covers(acl.ResourceType, ResourceName),
        _ => PatternType == acl.PatternType && (ResourceName is null || ResourceName == acl.ResourceName),
    };
}

using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Messages;

/// <summary>Lists the access rules that match a filter.</summary>
public sealed class DescribeAclsRequest : IRequest<DescribeAclsResponse>
{
    public ResourceType ResourceTypeFilter;
    public string? ResourceNameFilter = "";
    public PatternType PatternTypeFilter = PatternType.Literal;
    public string? PrincipalFilter = "";
    public string? HostFilter = "";
    public AclOperation Operation;
    public AclPermission PermissionType;

    public Api Api => Api.DescribeAcls;

    public short MinVersion => (short)(PatternTypeFilter != PatternType.Literal ? 1 : 0);

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Enum8(ref ResourceTypeFilter);
        w.NullableString(ref ResourceNameFilter);
        if (w.Version >= 1) w.Enum8(ref PatternTypeFilter);
        w.NullableString(ref PrincipalFilter);
        w.NullableString(ref HostFilter);
        w.Enum8(ref Operation);
        w.Enum8(ref PermissionType);
    }
}

public sealed class DescribeAclsResponse : IBody
{
    public int ThrottleTimeMs;
    public ErrorCode ErrorCode;
    public string? ErrorMessage = "";
    public List<DescribeAclsResource> Resources = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref ThrottleTimeMs);
        w.Error(ref ErrorCode);
        w.NullableString(ref ErrorMessage);
        w.Array(ref Resources);
    }
}

public sealed class DescribeAclsResource : IBody
{
    public ResourceType ResourceType;
    public string ResourceName = "";
    public PatternType PatternType = PatternType.Literal;
    public List<AclDescription> Acls = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Enum8(ref ResourceType);
        w.String(ref ResourceName);
        if (w.Version >= 1) w.Enum8(ref PatternType);
        w.Array(ref Acls);
    }
}

public sealed class AclDescription : IBody
{
    public string Principal = "";
    public string Host = "";
    public AclOperation Operation;
    public AclPermission PermissionType;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref Principal);
        w.String(ref Host);
        w.Enum8(ref Operation);
        w.Enum8(ref PermissionType);
    }
}

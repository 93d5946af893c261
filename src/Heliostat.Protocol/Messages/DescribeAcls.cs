using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Messages;

/// <summary>Lists the access rules that match a filter.</summary>
public sealed class DescribeAclsRequest : IRequest<DescribeAclsResponse>
{
    public sbyte ResourceTypeFilter;
    public string? ResourceNameFilter = "";
    public sbyte PatternTypeFilter = 3;
    public string? PrincipalFilter = "";
    public string? HostFilter = "";
    public sbyte Operation;
    public sbyte PermissionType;

    public Api Api => Api.DescribeAcls;

    public short MinVersion => (short)(PatternTypeFilter != 3 ? 1 : 0);

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int8(ref ResourceTypeFilter);
        w.NullableString(ref ResourceNameFilter);
        if (w.Version >= 1) w.Int8(ref PatternTypeFilter);
        w.NullableString(ref PrincipalFilter);
        w.NullableString(ref HostFilter);
        w.Int8(ref Operation);
        w.Int8(ref PermissionType);
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
    public sbyte ResourceType;
    public string ResourceName = "";
    public sbyte PatternType = 3;
    public List<AclDescription> Acls = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int8(ref ResourceType);
        w.String(ref ResourceName);
        if (w.Version >= 1) w.Int8(ref PatternType);
        w.Array(ref Acls);
    }
}

public sealed class AclDescription : IBody
{
    public string Principal = "";
    public string Host = "";
    public sbyte Operation;
    public sbyte PermissionType;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref Principal);
        w.String(ref Host);
        w.Int8(ref Operation);
        w.Int8(ref PermissionType);
    }
}

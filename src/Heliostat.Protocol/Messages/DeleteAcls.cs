using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Messages;

/// <summary>Removes the access rules that match any of the filters.</summary>
public sealed class DeleteAclsRequest : IRequest<DeleteAclsResponse>
{
    public List<DeleteAclsFilter> Filters = [];

    public Api Api => Api.DeleteAcls;

    public short MinVersion => (short)(Filters.Exists(filter => filter.PatternTypeFilter != PatternType.Literal) ? 1 : 0);

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Array(ref Filters);
    }
}

public sealed class DeleteAclsFilter : IBody
{
    public ResourceType ResourceTypeFilter;
    public string? ResourceNameFilter = "";
    public PatternType PatternTypeFilter = PatternType.Literal;
    public string? PrincipalFilter = "";
    public string? HostFilter = "";
    public AclOperation Operation;
    public AclPermission PermissionType;

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

public sealed class DeleteAclsResponse : IBody
{
    public int ThrottleTimeMs;
    public List<DeleteAclsFilterResult> FilterResults = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref ThrottleTimeMs);
        w.Array(ref FilterResults);
    }
}

public sealed class DeleteAclsFilterResult : IBody
{
    public ErrorCode ErrorCode;
    public string? ErrorMessage = "";
    public List<DeleteAclsMatchingAcl> MatchingAcls = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Error(ref ErrorCode);
        w.NullableString(ref ErrorMessage);
        w.Array(ref MatchingAcls);
    }
}

public sealed class DeleteAclsMatchingAcl : IBody
{
    public ErrorCode ErrorCode;
    public string? ErrorMessage = "";
    public ResourceType ResourceType;
    public string ResourceName = "";
    public PatternType PatternType = PatternType.Literal;
    public string Principal = "";
    public string Host = "";
    public AclOperation Operation;
    public AclPermission PermissionType;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Error(ref ErrorCode);
        w.NullableString(ref ErrorMessage);
        w.Enum8(ref ResourceType);
        w.String(ref ResourceName);
        if (w.Version >= 1) w.Enum8(ref PatternType);
        w.String(ref Principal);
        w.String(ref Host);
        w.Enum8(ref Operation);
        w.Enum8(ref PermissionType);
    }
}

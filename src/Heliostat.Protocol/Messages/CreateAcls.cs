using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Messages;

/// <summary>Adds access rules.</summary>
public sealed class CreateAclsRequest : IRequest<CreateAclsResponse>
{
    public List<AclCreation> Creations = [];

    public Api Api => Api.CreateAcls;

    public short MinVersion => (short)(Creations.Exists(creation => creation.ResourcePatternType != PatternType.Literal) ? 1 : 0);

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Array(ref Creations);
    }
}

public sealed class AclCreation : IBody
{
    public ResourceType ResourceType;
    public string ResourceName = "";
    public PatternType ResourcePatternType = PatternType.Literal;
    public string Principal = "";
    public string Host = "";
    public AclOperation Operation;
    public AclPermission PermissionType;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Enum8(ref ResourceType);
        w.String(ref ResourceName);
        if (w.Version >= 1) w.Enum8(ref ResourcePatternType);
        w.String(ref Principal);
        w.String(ref Host);
        w.Enum8(ref Operation);
        w.Enum8(ref PermissionType);
    }
}

public sealed class CreateAclsResponse : IBody
{
    public int ThrottleTimeMs;
    public List<AclCreationResult> Results = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref ThrottleTimeMs);
        w.Array(ref Results);
    }
}

public sealed class AclCreationResult : IBody
{
    public ErrorCode ErrorCode;
    public string? ErrorMessage = "";

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Error(ref ErrorCode);
        w.NullableString(ref ErrorMessage);
    }
}

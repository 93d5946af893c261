using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Messages;

/// <summary>Adds access rules.</summary>
public sealed class CreateAclsRequest : IRequest<CreateAclsResponse>
{
    public List<AclCreation> Creations = [];

    public Api Api => Api.CreateAcls;

    public short MinVersion => (short)(Creations.Exists(creation => creation.ResourcePatternType != 3) ? 1 : 0);

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Array(ref Creations);
    }
}

public sealed class AclCreation : IBody
{
    public sbyte ResourceType;
    public string ResourceName = "";
    public sbyte ResourcePatternType = 3;
    public string Principal = "";
    public string Host = "";
    public sbyte Operation;
    public sbyte PermissionType;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int8(ref ResourceType);
        w.String(ref ResourceName);
        if (w.Version >= 1) w.Int8(ref ResourcePatternType);
        w.String(ref Principal);
        w.String(ref Host);
        w.Int8(ref Operation);
        w.Int8(ref PermissionType);
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

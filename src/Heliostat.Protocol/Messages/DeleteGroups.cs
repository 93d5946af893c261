using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Messages;

/// <summary>Deletes empty groups with their positions.</summary>
public sealed class DeleteGroupsRequest : IRequest<DeleteGroupsResponse>
{
    public List<string> GroupsNames = [];

    public Api Api => Api.DeleteGroups;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.StringArray(ref GroupsNames);
    }
}

public sealed class DeleteGroupsResponse : IBody
{
    public int ThrottleTimeMs;
    public List<DeletableGroupResult> Results = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref ThrottleTimeMs);
        w.Array(ref Results);
    }
}

public sealed class DeletableGroupResult : IBody
{
    public string GroupId = "";
    public ErrorCode ErrorCode;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref GroupId);
        w.Error(ref ErrorCode);
    }
}

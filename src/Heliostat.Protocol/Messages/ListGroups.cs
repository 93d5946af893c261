using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Messages;

/// <summary>Lists the groups that this broker coordinates; all brokers together know all.</summary>
public sealed class ListGroupsRequest : IRequest<ListGroupsResponse>
{
    public List<string> StatesFilter = [];
    public List<string> TypesFilter = [];

    public Api Api => Api.ListGroups;

    public short MinVersion => (short)(TypesFilter.Count > 0 ? 5 : StatesFilter.Count > 0 ? 4 : 0);

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        if (w.Version >= 4) w.StringArray(ref StatesFilter);
        if (w.Version >= 5) w.StringArray(ref TypesFilter);
    }
}

public sealed class ListGroupsResponse : IBody
{
    public int ThrottleTimeMs;
    public ErrorCode ErrorCode;
    public List<ListedGroup> Groups = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        if (w.Version >= 1) w.Int32(ref ThrottleTimeMs);
        w.Error(ref ErrorCode);
        w.Array(ref Groups);
    }
}

public sealed class ListedGroup : IBody
{
    public string GroupId = "";
    public string ProtocolType = "";
    public string GroupState = "";
    public string GroupType = "";

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref GroupId);
        w.String(ref ProtocolType);
        if (w.Version >= 4) w.String(ref GroupState);
        if (w.Version >= 5) w.String(ref GroupType);
    }
}

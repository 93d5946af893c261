using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Messages;

/// <summary>Describes classic groups with their members and assignments.</summary>
public sealed class DescribeGroupsRequest : IRequest<DescribeGroupsResponse>
{
    public List<string> Groups = [];
    public bool IncludeAuthorizedOperations;

    public Api Api => Api.DescribeGroups;

    public short MinVersion => (short)(IncludeAuthorizedOperations ? 3 : 0);

    /// <summary>From version 6 on nothing is told of a group that is not there.</summary>
    public short MaxVersion => IncludeAuthorizedOperations ? (short)5 : short.MaxValue;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.StringArray(ref Groups);
        if (w.Version >= 3) w.Bool(ref IncludeAuthorizedOperations);
    }
}

public sealed class DescribeGroupsResponse : IBody
{
    public int ThrottleTimeMs;
    public List<DescribeGroupsDescribedGroup> Groups = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        if (w.Version >= 1) w.Int32(ref ThrottleTimeMs);
        w.Array(ref Groups);
    }
}

public sealed class DescribeGroupsDescribedGroup : IBody
{
    public ErrorCode ErrorCode;
    public string? ErrorMessage;
    public string GroupId = "";
    public string GroupState = "";
    public string ProtocolType = "";
    public string ProtocolData = "";
    public List<DescribedGroupMember> Members = [];
    public int AuthorizedOperations = int.MinValue;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Error(ref ErrorCode);
        if (w.Version >= 6) w.NullableString(ref ErrorMessage);
        w.String(ref GroupId);
        w.String(ref GroupState);
        w.String(ref ProtocolType);
        w.String(ref ProtocolData);
        w.Array(ref Members);
        if (w.Version >= 3) w.Int32(ref AuthorizedOperations);
    }
}

public sealed class DescribedGroupMember : IBody
{
    public string MemberId = "";
    public string? GroupInstanceId;
    public string ClientId = "";
    public string ClientHost = "";
    public ReadOnlyMemory<byte> MemberMetadata;
    public ReadOnlyMemory<byte> MemberAssignment;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref MemberId);
        if (w.Version >= 4) w.NullableString(ref GroupInstanceId);
        w.String(ref ClientId);
        w.String(ref ClientHost);
        w.Bytes(ref MemberMetadata);
        w.Bytes(ref MemberAssignment);
    }
}

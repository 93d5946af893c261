using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Messages;

/// <summary>Asks for the cluster id, the controller and the brokers (KIP-700).</summary>
public sealed class DescribeClusterRequest : IRequest<DescribeClusterResponse>
{
    public bool IncludeClusterAuthorizedOperations;
    public sbyte EndpointType = 1;
    public bool IncludeFencedBrokers;

    public Api Api => Api.DescribeCluster;

    public short MinVersion => (short)(IncludeFencedBrokers ? 2 : EndpointType != 1 ? 1 : 0);

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Bool(ref IncludeClusterAuthorizedOperations);
        if (w.Version >= 1) w.Int8(ref EndpointType);
        if (w.Version >= 2) w.Bool(ref IncludeFencedBrokers);
    }
}

public sealed class DescribeClusterResponse : IBody
{
    public int ThrottleTimeMs;
    public ErrorCode ErrorCode;
    public string? ErrorMessage;
    public sbyte EndpointType = 1;
    public string ClusterId = "";
    public int ControllerId = -1;
    public List<DescribeClusterBroker> Brokers = [];
    public int ClusterAuthorizedOperations = int.MinValue;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref ThrottleTimeMs);
        w.Error(ref ErrorCode);
        w.NullableString(ref ErrorMessage);
        if (w.Version >= 1) w.Int8(ref EndpointType);
        w.String(ref ClusterId);
        w.Int32(ref ControllerId);
        w.Array(ref Brokers);
        w.Int32(ref ClusterAuthorizedOperations);
    }
}

public sealed class DescribeClusterBroker : IBody
{
    public int BrokerId;
    public string Host = "";
    public int Port;
    public string? Rack;
    public bool IsFenced;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref BrokerId);
        w.String(ref Host);
        w.Int32(ref Port);
        w.NullableString(ref Rack);
        if (w.Version >= 2) w.Bool(ref IsFenced);
    }
}

using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Messages;

/// <summary>Asks for brokers and topics. <see cref="Topics"/> null means all; so does an empty list in version 0.</summary>
public sealed class MetadataRequest : IRequest<MetadataResponse>
{
    public List<MetadataRequestTopic>? Topics = [];
    public bool AllowAutoTopicCreation = true;
    public bool IncludeClusterAuthorizedOperations;
    public bool IncludeTopicAuthorizedOperations;

    public Api Api => Api.Metadata;

    public short MinVersion
    {
        get
        {
            if (Topics is not null && Topics.Exists(topic => topic.Name is null)) return 10;
            if (IncludeClusterAuthorizedOperations || IncludeTopicAuthorizedOperations) return 8;
            if (!AllowAutoTopicCreation) return 4;
            return (short)(Topics is not { Count: 0 } ? 0 : 1);
        }
    }

    /// <summary>10 when the cluster's authorized operations are asked for: DescribeCluster gives them since.</summary>
    public short MaxVersion => IncludeClusterAuthorizedOperations ? (short)10 : short.MaxValue;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        if (w.Version >= 1) w.NullableArray(ref Topics);
        else LayoutAll(ref w);
        if (w.Version >= 4) w.Bool(ref AllowAutoTopicCreation);
        if (w.Version is >= 8 and <= 10) w.Bool(ref IncludeClusterAuthorizedOperations);
        if (w.Version >= 8) w.Bool(ref IncludeTopicAuthorizedOperations);
    }

    /// <summary>Version 0 has no null, and means all by an empty list.</summary>
    private void LayoutAll<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        var isAll = Topics is null;
        Topics ??= [];
        w.Array(ref Topics!);
        if (isAll && Topics.Count == 0) Topics = null;
    }
}

/// <summary>A topic by name, or by id with a null name (KIP-516).</summary>
public sealed class MetadataRequestTopic : IBody
{
    public Guid TopicId;
    public string? Name = "";

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        if (w.Version >= 10) w.Uuid(ref TopicId);
        if (w.Version >= 10) w.NullableString(ref Name);
        else w.String(ref Name!);
    }
}

/// <summary>Brokers, the controller, and for each topic its partitions with their leaders.</summary>
public sealed class MetadataResponse : IBody
{
    public int ThrottleTimeMs;
    public List<MetadataResponseBroker> Brokers = [];
    public string? ClusterId;
    public int ControllerId = -1;
    public List<MetadataResponseTopic> Topics = [];
    public int ClusterAuthorizedOperations = int.MinValue;
    public ErrorCode ErrorCode;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        if (w.Version >= 3) w.Int32(ref ThrottleTimeMs);
        w.Array(ref Brokers);
        if (w.Version >= 2) w.NullableString(ref ClusterId);
        if (w.Version >= 1) w.Int32(ref ControllerId);
        w.Array(ref Topics);
        if (w.Version is >= 8 and <= 10) w.Int32(ref ClusterAuthorizedOperations);
        if (w.Version >= 13) w.Error(ref ErrorCode);
    }
}

public sealed class MetadataResponseBroker : IBody
{
    public int NodeId;
    public string Host = "";
    public int Port;
    public string? Rack;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref NodeId);
        w.String(ref Host);
        w.Int32(ref Port);
        if (w.Version >= 1) w.NullableString(ref Rack);
    }
}

public sealed class MetadataResponseTopic : IBody
{
    public ErrorCode ErrorCode;
    public string? Name = "";
    public Guid TopicId;
    public bool IsInternal;
    public List<MetadataResponsePartition> Partitions = [];
    public int TopicAuthorizedOperations = int.MinValue;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Error(ref ErrorCode);
        if (w.Version >= 12) w.NullableString(ref Name);
        else w.String(ref Name!);
        if (w.Version >= 10) w.Uuid(ref TopicId);
        if (w.Version >= 1) w.Bool(ref IsInternal);
        w.Array(ref Partitions);
        if (w.Version >= 8) w.Int32(ref TopicAuthorizedOperations);
    }
}

public sealed class MetadataResponsePartition : IBody
{
    public ErrorCode ErrorCode;
    public int PartitionIndex;
    public int LeaderId;
    public int LeaderEpoch = -1;
    public List<int> ReplicaNodes = [];
    public List<int> IsrNodes = [];
    public List<int> OfflineReplicas = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Error(ref ErrorCode);
        w.Int32(ref PartitionIndex);
        w.Int32(ref LeaderId);
        if (w.Version >= 7) w.Int32(ref LeaderEpoch);
        w.Int32Array(ref ReplicaNodes);
        w.Int32Array(ref IsrNodes);
        if (w.Version >= 5) w.Int32Array(ref OfflineReplicas);
    }
}

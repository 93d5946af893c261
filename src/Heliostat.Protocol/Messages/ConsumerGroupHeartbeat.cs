using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Messages;

/// <summary>The one request of the consumer group protocol (KIP-848): null fields did not change since the last.</summary>
public sealed class ConsumerGroupHeartbeatRequest : IRequest<ConsumerGroupHeartbeatResponse>
{
    public string GroupId = "";
    public string MemberId = "";
    public int MemberEpoch;
    public string? InstanceId;
    public string? RackId;
    public int RebalanceTimeoutMs = -1;
    public List<string>? SubscribedTopicNames;
    public string? SubscribedTopicRegex;
    public string? ServerAssignor;
    public List<ConsumerGroupHeartbeatTopicPartitions>? TopicPartitions;

    public Api Api => Api.ConsumerGroupHeartbeat;

    public short MinVersion => (short)(SubscribedTopicRegex is null ? 0 : 1);

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref GroupId);
        w.String(ref MemberId);
        w.Int32(ref MemberEpoch);
        w.NullableString(ref InstanceId);
        w.NullableString(ref RackId);
        w.Int32(ref RebalanceTimeoutMs);
        w.NullableStringArray(ref SubscribedTopicNames);
        if (w.Version >= 1) w.NullableString(ref SubscribedTopicRegex);
        w.NullableString(ref ServerAssignor);
        w.NullableArray(ref TopicPartitions);
    }
}

public sealed class ConsumerGroupHeartbeatTopicPartitions : IBody
{
    public Guid TopicId;
    public List<int> Partitions = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Uuid(ref TopicId);
        w.Int32Array(ref Partitions);
    }
}

public sealed class ConsumerGroupHeartbeatResponse : IBody
{
    public int ThrottleTimeMs;
    public ErrorCode ErrorCode;
    public string? ErrorMessage;
    public string? MemberId;
    public int MemberEpoch;
    public int HeartbeatIntervalMs;
    public ConsumerGroupHeartbeatAssignment? Assignment;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref ThrottleTimeMs);
        w.Error(ref ErrorCode);
        w.NullableString(ref ErrorMessage);
        w.NullableString(ref MemberId);
        w.Int32(ref MemberEpoch);
        w.Int32(ref HeartbeatIntervalMs);
        w.NullableStruct(ref Assignment);
    }
}

public sealed class ConsumerGroupHeartbeatAssignment : IBody
{
    public List<ConsumerGroupHeartbeatTopicPartitions> TopicPartitions = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Array(ref TopicPartitions);
    }
}

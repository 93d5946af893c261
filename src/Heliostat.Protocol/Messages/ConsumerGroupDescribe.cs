using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Messages;

/// <summary>Describes groups of the consumer protocol (KIP-848).</summary>
public sealed class ConsumerGroupDescribeRequest : IRequest<ConsumerGroupDescribeResponse>
{
    public List<string> GroupIds = [];
    public bool IncludeAuthorizedOperations;

    public Api Api => Api.ConsumerGroupDescribe;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.StringArray(ref GroupIds);
        w.Bool(ref IncludeAuthorizedOperations);
    }
}

public sealed class ConsumerGroupDescribeResponse : IBody
{
    public int ThrottleTimeMs;
    public List<ConsumerGroupDescribeDescribedGroup> Groups = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref ThrottleTimeMs);
        w.Array(ref Groups);
    }
}

public sealed class ConsumerGroupDescribeDescribedGroup : IBody
{
    public ErrorCode ErrorCode;
    public string? ErrorMessage;
    public string GroupId = "";
    public string GroupState = "";
    public int GroupEpoch;
    public int AssignmentEpoch;
    public string AssignorName = "";
    public List<ConsumerGroupDescribeMember> Members = [];
    public int AuthorizedOperations = int.MinValue;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Error(ref ErrorCode);
        w.NullableString(ref ErrorMessage);
        w.String(ref GroupId);
        w.String(ref GroupState);
        w.Int32(ref GroupEpoch);
        w.Int32(ref AssignmentEpoch);
        w.String(ref AssignorName);
        w.Array(ref Members);
        w.Int32(ref AuthorizedOperations);
    }
}

public sealed class ConsumerGroupDescribeMember : IBody
{
    public string MemberId = "";
    public string? InstanceId;
    public string? RackId;
    public int MemberEpoch;
    public string ClientId = "";
    public string ClientHost = "";
    public List<string> SubscribedTopicNames = [];
    public string? SubscribedTopicRegex;
    public ConsumerGroupDescribeAssignment Assignment = new();
    public ConsumerGroupDescribeAssignment TargetAssignment = new();
    public sbyte MemberType = -1;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref MemberId);
        w.NullableString(ref InstanceId);
        w.NullableString(ref RackId);
        w.Int32(ref MemberEpoch);
        w.String(ref ClientId);
        w.String(ref ClientHost);
        w.StringArray(ref SubscribedTopicNames);
        w.NullableString(ref SubscribedTopicRegex);
        w.Struct(ref Assignment);
        w.Struct(ref TargetAssignment);
        if (w.Version >= 1) w.Int8(ref MemberType);
    }
}

public sealed class ConsumerGroupDescribeAssignment : IBody
{
    public List<ConsumerGroupDescribeTopicPartitions> TopicPartitions = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Array(ref TopicPartitions);
    }
}

public sealed class ConsumerGroupDescribeTopicPartitions : IBody
{
    public Guid TopicId;
    public string TopicName = "";
    public List<int> Partitions = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Uuid(ref TopicId);
        w.String(ref TopicName);
        w.Int32Array(ref Partitions);
    }
}

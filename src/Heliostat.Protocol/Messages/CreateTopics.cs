using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Messages;

/// <summary>Creates topics: the controller does it, to which the brokers of a KRaft cluster forward.</summary>
public sealed class CreateTopicsRequest : IRequest<CreateTopicsResponse>
{
    public List<CreatableTopic> Topics = [];
    public int TimeoutMs = 60_000;
    public bool ValidateOnly;

    public Api Api => Api.CreateTopics;

    public short MinVersion
    {
        get
        {
            if (Topics.Exists(topic => topic.Assignments.Count == 0 && (topic.NumPartitions == -1 || topic.ReplicationFactor == -1)))
                return 4;
            return (short)(ValidateOnly ? 1 : 0);
        }
    }

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Array(ref Topics);
        w.Int32(ref TimeoutMs);
        if (w.Version >= 1) w.Bool(ref ValidateOnly);
    }
}

/// <summary>Either counts, -1 for the broker's default (KIP-464), or assignments.</summary>
public sealed class CreatableTopic : IBody
{
    public string Name = "";
    public int NumPartitions;
    public short ReplicationFactor;
    public List<CreatableReplicaAssignment> Assignments = [];
    public List<CreatableTopicConfig> Configs = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref Name);
        w.Int32(ref NumPartitions);
        w.Int16(ref ReplicationFactor);
        w.Array(ref Assignments);
        w.Array(ref Configs);
    }
}

public sealed class CreatableReplicaAssignment : IBody
{
    public int PartitionIndex;
    public List<int> BrokerIds = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Int32(ref PartitionIndex);
        w.Int32Array(ref BrokerIds);
    }
}

public sealed class CreatableTopicConfig : IBody
{
    public string Name = "";
    public string? Value = "";

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref Name);
        w.NullableString(ref Value);
    }
}

public sealed class CreateTopicsResponse : IBody
{
    public int ThrottleTimeMs;
    public List<CreatableTopicResult> Topics = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        if (w.Version >= 2) w.Int32(ref ThrottleTimeMs);
        w.Array(ref Topics);
    }
}

public sealed class CreatableTopicResult : IBody
{
    public string Name = "";
    public Guid TopicId;
    public ErrorCode ErrorCode;
    public string? ErrorMessage = "";
    public int NumPartitions = -1;
    public short ReplicationFactor = -1;
    public List<CreatableTopicConfigs>? Configs = [];
    public ErrorCode TopicConfigErrorCode;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref Name);
        if (w.Version >= 7) w.Uuid(ref TopicId);
        w.Error(ref ErrorCode);
        if (w.Version >= 1) w.NullableString(ref ErrorMessage);
        if (w.Version >= 5) w.Int32(ref NumPartitions);
        if (w.Version >= 5) w.Int16(ref ReplicationFactor);
        if (w.Version >= 5) w.NullableArray(ref Configs);
        if (w.Tag(0, ref TopicConfigErrorCode, absent: ErrorCode.None)) w.Error(ref TopicConfigErrorCode);
    }
}

public sealed class CreatableTopicConfigs : IBody
{
    public string Name = "";
    public string? Value = "";
    public bool ReadOnly;
    public sbyte ConfigSource = -1;
    public bool IsSensitive;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref Name);
        w.NullableString(ref Value);
        w.Bool(ref ReadOnly);
        w.Int8(ref ConfigSource);
        w.Bool(ref IsSensitive);
    }
}

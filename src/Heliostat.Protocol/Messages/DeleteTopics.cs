using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Messages;

/// <summary>Deletes topics: <see cref="TopicNames"/> to version 5, <see cref="Topics"/>, by name or id, from 6.</summary>
public sealed class DeleteTopicsRequest : IRequest<DeleteTopicsResponse>
{
    public List<string> TopicNames = [];
    public List<DeleteTopicState> Topics = [];
    public int TimeoutMs;

    public Api Api => Api.DeleteTopics;

    public short MinVersion => (short)(Topics.Count > TopicNames.Count || Topics.Exists(topic => topic.Name is null) ? 6 : 0);

    /// <summary>5 while only <see cref="TopicNames"/> is set.</summary>
    public short MaxVersion => Topics.Count > 0 ? short.MaxValue : (short)5;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        if (w.Version <= 5) w.StringArray(ref TopicNames);
        if (w.Version >= 6) w.Array(ref Topics);
        w.Int32(ref TimeoutMs);
    }
}

public sealed class DeleteTopicState : IBody
{
    public string? Name;
    public Guid TopicId;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.NullableString(ref Name);
        w.Uuid(ref TopicId);
    }
}

public sealed class DeleteTopicsResponse : IBody
{
    public int ThrottleTimeMs;
    public List<DeletableTopicResult> Responses = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        if (w.Version >= 1) w.Int32(ref ThrottleTimeMs);
        w.Array(ref Responses);
    }
}

public sealed class DeletableTopicResult : IBody
{
    public string? Name = "";
    public Guid TopicId;
    public ErrorCode ErrorCode;
    public string? ErrorMessage;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        if (w.Version >= 6) w.NullableString(ref Name);
        else w.String(ref Name!);
        if (w.Version >= 6) w.Uuid(ref TopicId);
        w.Error(ref ErrorCode);
        if (w.Version >= 5) w.NullableString(ref ErrorMessage);
    }
}

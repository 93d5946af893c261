using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Messages;

/// <summary>
/// The metadata of a member in JoinGroup, for the protocol type "consumer". Stands behind its version, 0 to 3, as 16 bits; never flexible.
/// A newer version begins with these fields, so what follows them is passed over (ConsumerProtocol.java).
/// </summary>
public sealed class ConsumerProtocolSubscription : IBody
{
    public const short MaxVersion = 3;

    public List<string> Topics = [];
    public ReadOnlyMemory<byte>? UserData;
    public List<ConsumerProtocolTopicPartition> OwnedPartitions = [];
    public int GenerationId = -1;
    public string? RackId;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.StringArray(ref Topics);
        w.NullableBytes(ref UserData);
        if (w.Version >= 1) w.Array(ref OwnedPartitions);
        if (w.Version >= 2) w.Int32(ref GenerationId);
        if (w.Version >= 3) w.NullableString(ref RackId);
    }
}

/// <summary>A member's share in SyncGroup; versions and framing as those of <see cref="ConsumerProtocolSubscription"/>.</summary>
public sealed class ConsumerProtocolAssignment : IBody
{
    public const short MaxVersion = 3;

    public List<ConsumerProtocolTopicPartition> AssignedPartitions = [];
    public ReadOnlyMemory<byte>? UserData;

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.Array(ref AssignedPartitions);
        w.NullableBytes(ref UserData);
    }
}

/// <summary>Kafka: TopicPartition. Partitions of one topic.</summary>
public sealed class ConsumerProtocolTopicPartition : IBody
{
    public string Topic = "";
    public List<int> Partitions = [];

    public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
    {
        w.String(ref Topic);
        w.Int32Array(ref Partitions);
    }
}

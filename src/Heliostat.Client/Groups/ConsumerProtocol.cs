using System.Buffers.Binary;
using Heliostat.Client.Groups.Assignment;
using Heliostat.Protocol;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Wire;

namespace Heliostat.Client.Groups;

/// <summary>
/// What members write into JoinGroup and SyncGroup (ConsumerProtocol.java): a 16-bit version, then the fields of it or of what we know of
/// it.
/// </summary>
internal static class ConsumerProtocol
{
    public const string Type = "consumer";

    public static byte[] WriteSubscription(ConsumerProtocolSubscription subscription) =>
        Write(subscription, ConsumerProtocolSubscription.MaxVersion);

    public static byte[] WriteAssignment(IEnumerable<TopicPartition> partitions) =>
        Write(new ConsumerProtocolAssignment { AssignedPartitions = ByTopic(partitions) }, ConsumerProtocolAssignment.MaxVersion);

    /// <summary>Throws <see cref="MalformedFrameException"/>.</summary>
    public static GroupMember ReadSubscription(string memberId, string? groupInstanceId, ReadOnlyMemory<byte> metadata)
    {
        var subscription = Read<ConsumerProtocolSubscription>(metadata, ConsumerProtocolSubscription.MaxVersion);
        return new GroupMember(memberId, groupInstanceId, subscription.Topics)
        {
            OwnedPartitions = Flat(subscription.OwnedPartitions),
            Generation = subscription.GenerationId,
            RackId = subscription.RackId,
            UserData = subscription.UserData,
        };
    }

    /// <summary>
    /// No bytes at all mean nothing assigned: a leader may leave members out. Throws <see cref="MalformedFrameException"/>.
    /// </summary>
    public static List<TopicPartition> ReadAssignment(ReadOnlyMemory<byte> assignment) =>
        assignment.IsEmpty
            ? []
            : Flat(Read<ConsumerProtocolAssignment>(assignment, ConsumerProtocolAssignment.MaxVersion).AssignedPartitions);

    public static List<ConsumerProtocolTopicPartition> ByTopic(IEnumerable<TopicPartition> partitions) =>
    [
        .. partitions.GroupBy(p => p.Topic)
            .Select(topic => new ConsumerProtocolTopicPartition { Topic = topic.Key, Partitions = [.. topic.Select(p => p.Partition)] }),
    ];

    private static List<TopicPartition> Flat(List<ConsumerProtocolTopicPartition> topics) =>
        [.. topics.SelectMany(t => t.Partitions, (t, p) => new TopicPartition(t.Topic, p))];

    private static byte[] Write<T>(T body, short version) where T : IBody, new()
    {
        var buffer = new WireBuffer();
        BinaryPrimitives.WriteInt16BigEndian(buffer.Take(2), version);
        new WireWriter(buffer, version, flexible: false).Body(ref body);
        return buffer.ToArray();
    }

    private static T Read<T>(ReadOnlyMemory<byte> bytes, short maxVersion) where T : IBody, new()
    {
        var version = bytes.Length >= 2 ? BinaryPrimitives.ReadInt16BigEndian(bytes.Span) : (short)-1;
        if (version < 0)
        {
            throw new MalformedFrameException("the consumer protocol has no version");
        }

        var body = new T();
        new WireReader(bytes[2..].ToArray(), Math.Min(version, maxVersion), flexible: false).Body(ref body);
        return body;
    }
}

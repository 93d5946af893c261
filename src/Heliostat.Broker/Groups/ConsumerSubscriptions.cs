using System.Buffers.Binary;
using Heliostat.Protocol;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Wire;

namespace Heliostat.Broker.Groups;

/// <summary>What consumers subscribe to, read from what they tell their leader.</summary>
internal static class ConsumerSubscriptions
{
    public const string ProtocolType = "consumer";

    /// <summary>The topics of a member; none when its metadata cannot be read.</summary>
    public static IReadOnlyList<string> Topics(GroupMember member, string? protocol)
    {
        var metadata = member.Metadata(protocol ?? "");
        if (metadata.Length < sizeof(short)) return [];

        try
        {
            var version = Math.Min(BinaryPrimitives.ReadInt16BigEndian(metadata), ConsumerProtocolSubscription.MaxVersion);
            var reader = new WireReader(metadata.AsMemory(sizeof(short)), version, flexible: false);
            var subscription = new ConsumerProtocolSubscription();
            reader.Body(ref subscription);
            return subscription.Topics;
        }
        catch (MalformedFrameException)
        {
            return [];
        }
    }
}

using Heliostat.MirrorClient.Formats;
using Heliostat.Protocol;
using Heliostat.Protocol.Wire;

namespace Heliostat.MirrorClient.Checkpoints;

/// <summary>Where a group of the source would go on in one partition of the target.</summary>
/// <param name="Group">The group.</param>
/// <param name="TopicPartition">The partition, by its name on the target.</param>
/// <param name="UpstreamOffset">What the group had committed on the source.</param>
/// <param name="DownstreamOffset">Where it goes on on the target.</param>
/// <param name="Metadata">What the group had committed along with the offset.</param>
internal sealed record Checkpoint(string Group, TopicPartition TopicPartition, long UpstreamOffset, long DownstreamOffset, string Metadata)
{
    /// <summary>Of a record in a checkpoints topic. Throws <see cref="MalformedFrameException"/>.</summary>
    public static Checkpoint Read(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        var k = RecordFields.Read<Key>(key);
        var v = RecordFields.Read<Value>(value);
        return new(k.Group, new(k.Topic, k.Partition), v.UpstreamOffset, v.Offset, v.Metadata);
    }

    /// <summary>The record's key.</summary>
    public byte[] WriteKey() =>
        RecordFields.Write(new Key { Group = Group, Topic = TopicPartition.Topic, Partition = TopicPartition.Partition });

    /// <summary>The record's value.</summary>
    public byte[] WriteValue() =>
        RecordFields.Write(new Value { UpstreamOffset = UpstreamOffset, Offset = DownstreamOffset, Metadata = Metadata });

    private sealed class Key : IBody
    {
        public string Group = "";
        public string Topic = "";
        public int Partition;

        public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
        {
            w.String(ref Group);
            w.String(ref Topic);
            w.Int32(ref Partition);
        }
    }

    private sealed class Value : IBody
    {
        public short Version;
        public long UpstreamOffset;
        public long Offset;
        public string Metadata = "";

        public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
        {
            w.Int16(ref Version);
            if (Version != 0) MalformedFrameException.Throw("unknown version of a checkpoint", Version);
            w.Int64(ref UpstreamOffset);
            w.Int64(ref Offset);
            w.String(ref Metadata);
        }
    }
}

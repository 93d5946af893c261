using Heliostat.MirrorClient.Formats;
using Heliostat.Protocol.Wire;

namespace Heliostat.MirrorClient.OffsetSyncs;

/// <summary>
/// One fact about a mirrored partition: the record at the upstream offset of the source's partition is at the downstream offset of the
/// target's.
/// </summary>
internal readonly record struct OffsetSync(TopicPartition TopicPartition, long UpstreamOffset, long DownstreamOffset)
{
    /// <summary>Of a record in the offset-syncs topic. Throws <see cref="Protocol.MalformedFrameException"/>.</summary>
    public static OffsetSync Read(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        var k = RecordFields.Read<Key>(key);
        var v = RecordFields.Read<Value>(value);
        return new(new(k.Topic, k.Partition), v.UpstreamOffset, v.Offset);
    }

    /// <summary>The record's key.</summary>
    public byte[] WriteKey() => RecordFields.Write(new Key { Topic = TopicPartition.Topic, Partition = TopicPartition.Partition });

    /// <summary>The record's value.</summary>
    public byte[] WriteValue() => RecordFields.Write(new Value { UpstreamOffset = UpstreamOffset, Offset = DownstreamOffset });

    private sealed class Key : IBody
    {
        public string Topic = "";
        public int Partition;

        public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
        {
            w.String(ref Topic);
            w.Int32(ref Partition);
        }
    }

    private sealed class Value : IBody
    {
        public long UpstreamOffset;
        public long Offset;

        public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
        {
            w.Int64(ref UpstreamOffset);
            w.Int64(ref Offset);
        }
    }
}

using Heliostat.MirrorClient.Formats;
using Heliostat.Protocol;
using Heliostat.Protocol.Records;
using Heliostat.Protocol.Wire;

namespace Heliostat.MirrorClient.OffsetMaps;

/// <summary>The key of one part of a lane's offset map in the offset-map topic.</summary>
/// <param name="SourcePartition">The lane's source.</param>
/// <param name="Chunk">The part, counted from 0.</param>
internal readonly record struct OffsetMapKey(TopicPartition SourcePartition, int Chunk)
{
    /// <summary>The topic that holds the maps of the lanes from a source, on their target.</summary>
    public static string Topic(string sourceClusterAlias) => $"heliostat-offset-map.{sourceClusterAlias}.internal";

    /// <summary>Throws <see cref="MalformedFrameException"/>.</summary>
    public static OffsetMapKey Read(ReadOnlySpan<byte> key)
    {
        var k = RecordFields.Read<Fields>(key);
        if (k.Partition < 0 || k.Chunk < 0)
        {
            MalformedFrameException.Throw("an offset map cannot be of partition or part", Math.Min(k.Partition, k.Chunk));
        }

        return new(new(k.Topic, k.Partition), k.Chunk);
    }

    /// <summary>The record's key.</summary>
    public byte[] Write() =>
        RecordFields.Write(new Fields { Topic = SourcePartition.Topic, Partition = SourcePartition.Partition, Chunk = Chunk });

    /// <summary>
    /// Where the record belongs among the topic's partitions: all parts of a lane are in one, because their order matters. The chunk plays
    /// no part in it.
    /// </summary>
    public int PartitionAmong(int partitions) => Murmur2.Partition(Write().AsSpan(..^sizeof(int)), partitions);

    private sealed class Fields : IBody
    {
        public short Version;
        public string Topic = "";
        public int Partition;
        public int Chunk;

        public void Layout<TWire>(ref TWire w) where TWire : struct, IWire, allows ref struct
        {
            w.Int16(ref Version);
            if (Version != 0) MalformedFrameException.Throw("unknown version of an offset map's key", Version);
            w.String(ref Topic);
            w.Int32(ref Partition);
            w.Int32(ref Chunk);
        }
    }
}

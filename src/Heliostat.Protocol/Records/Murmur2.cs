using System.Buffers.Binary;

namespace Heliostat.Protocol.Records;

/// <summary>The hash by which Kafka's producer places a keyed record (<c>org.apache.kafka.common.utils.Utils.murmur2</c>).</summary>
public static class Murmur2
{
    private const uint M = 0x5bd1e995;
    private const int R = 24;

    /// <summary>
    /// The partition of <paramref name="key"/> among <paramref name="partitions"/> (<c>BuiltInPartitioner.partitionForKey</c>).
    /// </summary>
    public static int Partition(ReadOnlySpan<byte> key, int partitions) => (int)(Hash(key) & 0x7fffffff) % partitions;

    public static uint Hash(ReadOnlySpan<byte> key)
    {
        var hash = 0x9747b28c ^ (uint)key.Length;
        while (key.Length >= 4)
        {
            var k = BinaryPrimitives.ReadUInt32LittleEndian(key) * M;
            k ^= k >> R;
            hash = (hash * M) ^ (k * M);
            key = key[4..];
        }

        if (key.Length > 0)
        {
            if (key.Length > 2) hash ^= (uint)key[2] << 16;
            if (key.Length > 1) hash ^= (uint)key[1] << 8;
            hash = (hash ^ key[0]) * M;
        }

        hash = (hash ^ (hash >> 13)) * M;
        return hash ^ (hash >> 15);
    }
}

using System.Buffers.Binary;

namespace Heliostat.Testing.Embedded;

/// <summary>
/// Where Kafka's producer places a key: murmur2, the sign cut off, modulo the partitions (Utils.murmur2, seed 0x9747b28c).
/// </summary>
internal static class KeyHash
{
    public static int Partition(ReadOnlySpan<byte> key, int partitions) => (Murmur2(key) & int.MaxValue) % partitions;

    private static int Murmur2(ReadOnlySpan<byte> data)
    {
        unchecked
        {
            const uint Multiplier = 0x5bd1e995;
            var hash = 0x9747b28c ^ (uint)data.Length;
            for (; data.Length >= 4; data = data[4..])
            {
                var k = BinaryPrimitives.ReadUInt32LittleEndian(data) * Multiplier;
                k = (k ^ (k >> 24)) * Multiplier;
                hash = (hash * Multiplier) ^ k;
            }

            for (var i = data.Length - 1; i >= 0; i--)
            {
                hash ^= (uint)data[i] << (8 * i);
                hash = i == 0 ? hash * Multiplier : hash;
            }

            hash = (hash ^ (hash >> 13)) * Multiplier;
            return (int)(hash ^ (hash >> 15));
        }
    }
}

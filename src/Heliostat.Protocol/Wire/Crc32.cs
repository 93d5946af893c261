namespace Heliostat.Protocol.Wire;

/// <summary>CRC-32 (IEEE 802.3), the checksum of messages of magic 0 and 1.</summary>
public static class Crc32
{
    private static readonly uint[] Table = MakeTable();

    /// <summary>The CRC-32 of <paramref name="bytes"/> as Kafka stores it.</summary>
    public static uint Compute(ReadOnlySpan<byte> bytes)
    {
        var crc = ~0u;
        foreach (var b in bytes) crc = Table[(byte)(crc ^ b)] ^ (crc >> 8);
        return ~crc;
    }

    private static uint[] MakeTable()
    {
        var table = new uint[256];
        for (uint i = 0; i < table.Length; i++)
        {
            var entry = i;
            for (var bit = 0; bit < 8; bit++) entry = (entry >> 1) ^ (0xEDB88320 & (0 - (entry & 1)));
            table[i] = entry;
        }

        return table;
    }
}

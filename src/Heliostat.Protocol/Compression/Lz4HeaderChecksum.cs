using System.Buffers.Binary;
using System.Numerics;

namespace Heliostat.Protocol.Compression;

/// <summary>The checksum byte of an lz4 frame's descriptor: the second byte of its xxHash32 with seed 0.</summary>
internal static class Lz4HeaderChecksum
{
    private const uint Prime1 = 0x9E3779B1;
    private const uint Prime2 = 0x85EBCA77;
    private const uint Prime3 = 0xC2B2AE3D;
    private const uint Prime4 = 0x27D4EB2F;
    private const uint Prime5 = 0x165667B1;

    /// <summary>The checksum of <paramref name="descriptor"/>, which is below 16 bytes always; above, xxHash32 goes another way.</summary>
    public static byte Of(ReadOnlySpan<byte> descriptor)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(descriptor.Length, 15);
        var hash = Prime5 + (uint)descriptor.Length;
        for (; descriptor.Length >= sizeof(uint); descriptor = descriptor[sizeof(uint)..])
            hash = BitOperations.RotateLeft(hash + (BinaryPrimitives.ReadUInt32LittleEndian(descriptor) * Prime3), 17) * Prime4;
        foreach (var b in descriptor) hash = BitOperations.RotateLeft(hash + (b * Prime5), 11) * Prime1;

        hash = (hash ^ (hash >> 15)) * Prime2;
        hash = (hash ^ (hash >> 13)) * Prime3;
        return (byte)((hash ^ (hash >> 16)) >> 8);
    }
}

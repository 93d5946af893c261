using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Heliostat.Broker.Logs;

/// <summary>The last offset of each key, by a hash of the key that does not collide (SkimpyOffsetMap).</summary>
internal sealed class OffsetsByKey(int capacity)
{
    private readonly Dictionary<UInt128, long> _offsets = [];

    /// <summary>The last offset that was put; -1 before the first.</summary>
    public long LatestOffset { get; private set; } = -1;

    public bool IsFull => _offsets.Count >= capacity;

    public void Put(ReadOnlySpan<byte> key, long offset)
    {
        _offsets[Hash(key)] = offset;
        LatestOffset = offset;
    }

    /// <summary>Everything up to here was looked at.</summary>
    public void Reach(long offset) => LatestOffset = Math.Max(LatestOffset, offset);

    public long Find(ReadOnlySpan<byte> key) => _offsets.GetValueOrDefault(Hash(key), -1);

    private static UInt128 Hash(ReadOnlySpan<byte> key)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(key, hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }
}

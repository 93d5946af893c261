using System.Numerics;

namespace Heliostat.Transport;

/// <summary>
/// Free arrays by size class, four classes to a doubling, so that at most a fifth of an array is unused. What was not needed for a while is
/// dropped. Not thread-safe.
/// </summary>
internal sealed class ArrayShelf
{
    /// <summary>The largest array there is.</summary>
    public const int MaxBytes = 1 << 30;

    private const int SmallestShift = 9;
    private const int Classes = (30 - SmallestShift) * 4 + 1;

    private readonly Stack<byte[]>[] _free = new Stack<byte[]>[Classes];
    private readonly int[] _neverNeeded = new int[Classes];

    public ArrayShelf()
    {
        for (var i = 0; i < Classes; i++)
        {
            _free[i] = new Stack<byte[]>();
        }
    }

    /// <summary>Bytes lying here.</summary>
    public long FreeBytes { get; private set; }

    /// <summary>What an array for <paramref name="bytes"/> really takes.</summary>
    public static int SizeFor(int bytes)
    {
        var (_, size) = ClassOf(bytes);
        return size;
    }

    /// <summary>
    /// An array of <see cref="SizeFor"/> bytes; a new one keeps the free bytes within <paramref name="spareBytes"/> by dropping others.
    /// </summary>
    public byte[] Take(int bytes, long spareBytes)
    {
        var (at, size) = ClassOf(bytes);
        if (_free[at].TryPop(out var array))
        {
            FreeBytes -= size;
            _neverNeeded[at] = Math.Min(_neverNeeded[at], _free[at].Count);
            return array;
        }

        for (var i = Classes - 1; i >= 0 && FreeBytes > spareBytes; i--)
        {
            while (FreeBytes > spareBytes && _free[i].TryPop(out var dropped))
            {
                FreeBytes -= dropped.Length;
            }

            _neverNeeded[i] = Math.Min(_neverNeeded[i], _free[i].Count);
        }

        return GC.AllocateUninitializedArray<byte>(size);
    }

    public void Put(byte[] array)
    {
        var (at, _) = ClassOf(array.Length);
        _free[at].Push(array);
        FreeBytes += array.Length;
    }

    /// <summary>Drops the arrays that nobody took since the last time.</summary>
    public void Trim()
    {
        for (var i = 0; i < Classes; i++)
        {
            for (var n = _neverNeeded[i]; n > 0 && _free[i].TryPop(out var dropped); n--)
            {
                FreeBytes -= dropped.Length;
            }

            _neverNeeded[i] = _free[i].Count;
        }
    }

    private static (int At, int Size) ClassOf(int bytes)
    {
        if (bytes <= 1 << SmallestShift)
        {
            return (0, 1 << SmallestShift);
        }

        var last = bytes - 1;
        var log = BitOperations.Log2((uint)last);
        var quarter = (last >> (log - 2)) & 3;
        return ((log - SmallestShift) * 4 + quarter + 1, (quarter + 5) << (log - 2));
    }
}

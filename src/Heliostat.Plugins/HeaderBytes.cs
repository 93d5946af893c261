using System.Buffers;

namespace Heliostat.Plugins;

/// <summary>Headers as records of magic 2 have them, in memory that is kept.</summary>
internal sealed class HeaderBytes
{
    private const int MostOfNumber = 5;

    private readonly ArrayBufferWriter<byte> _bytes = new();
    private int _count;

    public PluginHeaders Headers => new(_count, _bytes.WrittenSpan);

    /// <summary>It is these from now on.</summary>
    public void Take(PluginHeaders headers)
    {
        _bytes.ResetWrittenCount();
        _bytes.Write(headers.Encoded);
        _count = headers.Count;
    }

    public void Add(ReadOnlySpan<byte> name, bool hasValue, ReadOnlySpan<byte> value)
    {
        Number(name.Length);
        _bytes.Write(name);
        Number(hasValue ? value.Length : -1);
        _bytes.Write(value);
        _count++;
    }

    /// <summary>A number in Kafka's variable length: seven bits a byte, the least first, zigzag.</summary>
    private void Number(int number)
    {
        var raw = ((uint)number << 1) ^ (uint)(number >> 31);
        var room = _bytes.GetSpan(MostOfNumber);
        var length = 0;
        for (; raw >= 0x80; raw >>= 7)
        {
            room[length++] = (byte)(raw | 0x80);
        }

        room[length++] = (byte)raw;
        _bytes.Advance(length);
    }
}

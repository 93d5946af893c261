using System.Globalization;
using System.Text;

namespace Heliostat.Protocol.Tests.Records;

/// <summary>A record as a test means it, and as one line of text, which Java prints in the same way.</summary>
internal sealed record SampleRecord(long Offset, long Timestamp, byte[]? Key, byte[]? Value, params (string Key, byte[]? Value)[] Headers)
{
    private static readonly string[] HeaderKeys = ["trace", "", "größe", "a"];

    public override string ToString()
    {
        var line = new StringBuilder();
        line.Append(CultureInfo.InvariantCulture, $"{Offset} {Timestamp} {Hex(Key)} {Hex(Value)}");
        foreach (var (key, value) in Headers) line.Append(' ').Append(Hex(Encoding.UTF8.GetBytes(key))).Append('=').Append(Hex(value));
        return line.ToString();
    }

    public static string Hex(byte[]? bytes) => bytes is null ? "null" : "x" + Convert.ToHexStringLower(bytes);

    /// <summary>Records with rising offsets, with holes in them or not, and everything that can be null or empty.</summary>
    public static List<SampleRecord> Some(Random random, int count, int maxValue = 200, bool holes = false, bool headers = true)
    {
        var records = new List<SampleRecord>();
        var offset = random.NextInt64(1L << 40);
        for (var i = 0; i < count; i++)
        {
            records.Add(new SampleRecord(
                offset,
                1_700_000_000_000 + random.Next(-100_000, 100_000),
                Bytes(random, 30),
                Bytes(random, maxValue),
                headers
                    ? [.. Enumerable.Range(0, random.Next(4)).Select(_ => (HeaderKeys[random.Next(HeaderKeys.Length)], Bytes(random, 10)))]
                    : []));
            offset += holes ? random.Next(1, 100) : 1;
        }

        return records;
    }

    private static byte[]? Bytes(Random random, int max)
    {
        if (random.Next(5) == 0) return null;
        var bytes = new byte[random.Next(max)];
        if (random.Next(2) == 0) random.NextBytes(bytes);
        return bytes;
    }
}

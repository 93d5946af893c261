using System.Text;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Scenarios.RealKafka;

/// <summary>Records of every shape that a mirror must keep, the same for the same seed.</summary>
internal static class Samples
{
    private static readonly long Start = new DateTimeOffset(2001, 9, 9, 1, 46, 40, TimeSpan.Zero).ToUnixTimeMilliseconds();

    /// <summary>
    /// Null, empty, text and binary keys and values, tombstones, repeated and null headers, timestamps that jump back and forth.
    /// </summary>
    public static KafkaRecord[] Records(int seed, int partition, int count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => new KafkaRecord
        {
            Key = Field(random, 40),
            Value = Field(random, 2000),
            Headers = [.. Enumerable.Range(0, random.Next(4))
                .Select(i => new KafkaHeader(i == 2 ? "" : "h" + random.Next(2), Field(random, 20)))],
            Timestamp = random.Next(10) == 0 ? 0 : Start + random.NextInt64(1L << 39),
            Partition = partition,
        })];
    }

    /// <summary>As <see cref="Records"/>, without what message formats 0 and 1 cannot hold.</summary>
    public static KafkaRecord[] OldRecords(int seed, int partition, int count) =>
        [.. Records(seed, partition, count).Select(r => r with { Headers = [] })];

    private static byte[]? Field(Random random, int most)
    {
        switch (random.Next(5))
        {
            case 0:
                return null;
            case 1:
                return [];
            case 2:
                var noise = new byte[random.Next(most)];
                random.NextBytes(noise);
                return noise;
            default:
                return Encoding.UTF8.GetBytes(new string('ü', random.Next(most / 2)) + random.Next());
        }
    }
}

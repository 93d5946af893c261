using System.Globalization;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Faults.Judging;

/// <summary>A record as kcat shows it.</summary>
internal readonly record struct SeenRecord(int Partition, long Offset, string Key, long Number);

/// <summary>What topics hold, read by kcat: neither our client nor Java's.</summary>
internal static class KcatReading
{
    private const string Foreign = "foreign";
    private static readonly TimeSpan AllWithin = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan HeadsWithin = TimeSpan.FromSeconds(4);

    /// <summary>
    /// All committed records of a topic, partition by partition in their order; what is there is returned after 45 s even if more
    /// keeps coming.
    /// <see cref="InvalidOperationException"/> when it is not there.
    /// </summary>
    public static async Task<List<SeenRecord>> AllAsync(string bootstrap, string topic, CancellationToken ct) =>
        Parse(await ReadAsync(bootstrap, topic, ["-o", "beginning"], AllWithin, ct));

    /// <summary>The highest number among the last records of each partition.</summary>
    public static async Task<Dictionary<int, long>> HeadsAsync(string bootstrap, string topic, CancellationToken ct) =>
        Parse(await ReadAsync(bootstrap, topic, ["-o", "-50", "-c", "400"], HeadsWithin, ct))
            .GroupBy(record => record.Partition).ToDictionary(p => p.Key, p => p.Max(record => record.Number));

    /// <summary>Writes records that no load makes.</summary>
    public static Task WriteForeignAsync(string bootstrap, string topic, int partition, int count, CancellationToken ct) =>
        Kcat.ProduceAsync(
            bootstrap, topic, partition, Enumerable.Range(0, count).Select(n => $"{Foreign}:{n}"), new Dictionary<string, string>(), ct);

    /// <summary>Where records keep coming there is no end, and where a broker is away there is none either.</summary>
    private static Task<string> ReadAsync(string bootstrap, string topic, string[] what, TimeSpan within, CancellationToken ct) =>
        Kcat.RunForAsync(
            ["-C", "-q", "-e", "-u", "-b", bootstrap, "-t", topic, .. what, "-X", "log_level=2", "-f", "%p %o %k %s\n"], within, ct);

    private static List<SeenRecord> Parse(string output)
    {
        var records = new List<SeenRecord>();
        foreach (var line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length >= 4 && parts[2] != Foreign)
            {
                records.Add(new(Number<int>(parts[0]), Number<long>(parts[1]), parts[2], Number<long>(parts[3])));
            }
        }

        return records;
    }

    private static T Number<T>(string text)
        where T : IParsable<T> => T.Parse(text, CultureInfo.InvariantCulture);
}

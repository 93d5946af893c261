using System.Globalization;
using System.Text;

namespace Heliostat.MirrorBenchmark;

/// <summary>
/// Records of 1 KiB that look like somebody's orders, so that a codec finds in them what it finds in practice (zstd: about a third).
/// </summary>
internal static class Payload
{
    public const int RecordBytes = 1024;
    private const int Distinct = 20_000;
    private static readonly string[] Words = ["pending", "shipped", "invoice", "customer", "warehouse", "express", "standard", "returned",
        "Wien", "Graz"];

    /// <summary>A record a line, for kafka-producer-perf-test.sh --payload-file, which picks among them at random.</summary>
    public static async Task WriteAsync(string file, CancellationToken ct)
    {
        var random = new Random(1);
        await using var writer = new StreamWriter(file, append: false, Encoding.ASCII);
        var line = new StringBuilder(RecordBytes + 100);
        for (var i = 0; i < Distinct; i++)
        {
            line.Clear();
            while (line.Length < RecordBytes)
            {
                line.Append(CultureInfo.InvariantCulture,
                    $$"""{"id":"{{random.NextInt64():x16}}","amount":{{random.Next(100_000)}},"state":"{{Words[random.Next(Words.Length)]}}","to":"{{Words[random.Next(Words.Length)]}}"},""");
            }

            await writer.WriteAsync(line.ToString().AsMemory(0, RecordBytes), ct);
            await writer.WriteAsync('\n');
        }
    }
}

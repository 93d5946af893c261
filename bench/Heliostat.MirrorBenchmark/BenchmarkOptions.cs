using System.Globalization;

namespace Heliostat.MirrorBenchmark;

/// <summary>What to measure; each is a command-line option of the same name.</summary>
internal sealed record BenchmarkOptions
{
    public const string Usage = """
        heliostat mirror benchmark: a plain relay, MM1, MM2 and Heliostat on the same records between two local brokers, one after the other

          --megabytes N    how much to mirror (2000)
          --codecs LIST    none,gzip,snappy,lz4,zstd (none,zstd)
          --mirrors LIST   relay,mm1,mm2,heliostat: the order of the runs, turned round in every second repetition
                           (relay,mm1,mm2,heliostat); relay: the same bytes from socket to socket, a floor; heliostat=FOLDER: another
                           build of Heliostat, from that folder; run: Heliostat in MM2's place; run=KEY:VALUE: with one setting more
          --batch-size N   batch.size of the producer that fills the source, in bytes (262144)
          --partitions N   of the topic (8)
          --tls LIST       none,source,target,both: the sides that are spoken to by TLS (none)
          --viewers LIST   how many look at each mirror of Heliostat's with its API on, as 0,8: browsers at its first page; and where
                           any, a scrape every 5 s and `heliostat top`. Measured from when all look: till then the mirror stands still
          --repeat N       runs of each (1)

        KAFKA_HOME names Apache Kafka 4.x, for both brokers and MM2; MM1 comes from the 3.9.1 beside it (or in KAFKA_PEERS).
        """;

    public int Megabytes { get; init; } = 2000;

    public string[] Codecs { get; init; } = ["none", "zstd"];

    public string[] Mirrors { get; init; } = ["relay", "mm1", "mm2", "heliostat"];

    public string[] Tls { get; init; } = ["none"];

    /// <summary>How many look at a mirror; null: without an API, from its start on.</summary>
    public int?[] Viewers { get; init; } = [null];

    public int BatchSize { get; init; } = 262144;

    public int Partitions { get; init; } = 8;

    public int Repeat { get; init; } = 1;

    public long Records => Megabytes * 1_000_000L / Payload.RecordBytes;

    /// <summary>Null when the arguments make no sense.</summary>
    public static BenchmarkOptions? Parse(string[] arguments)
    {
        var options = new BenchmarkOptions();
        for (var i = 0; i < arguments.Length; i += 2)
        {
            if (i + 1 == arguments.Length)
            {
                return null;
            }

            var value = arguments[i + 1];
            _ = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
            switch (arguments[i])
            {
                case "--megabytes" when number > 0: options = options with { Megabytes = number }; break;
                case "--batch-size" when number > 0: options = options with { BatchSize = number }; break;
                case "--partitions" when number > 0: options = options with { Partitions = number }; break;
                case "--repeat" when number > 0: options = options with { Repeat = number }; break;
                case "--codecs": options = options with { Codecs = value.Split(',') }; break;
                case "--tls": options = options with { Tls = value.Split(',') }; break;
                case "--viewers": options = options with { Viewers = [.. value.Split(',').Select(Count)] }; break;
                case "--mirrors": options = options with { Mirrors = value.Split(',') }; break;
                default: return null;
            }
        }

        return options.Viewers.Any(viewers => viewers < 0) ? null : options;

        static int? Count(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : -1;
    }
}

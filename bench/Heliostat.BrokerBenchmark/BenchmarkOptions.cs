using System.Globalization;

namespace Heliostat.BrokerBenchmark;

/// <summary>What to measure.</summary>
internal sealed record BenchmarkOptions
{
    public const int RecordBytes = 1024;

    public int Megabytes { get; init; } = 2000;

    public int[] BatchSizes { get; init; } = [16384, 65536, 262144, 1_000_000];

    public int Partitions { get; init; } = 8;

    public int Repeat { get; init; } = 1;

    public string? Data { get; init; }

    public long Records => Megabytes * 1_000_000L / RecordBytes;

    /// <summary>Null when the arguments make no sense.</summary>
    public static BenchmarkOptions? Parse(string[] arguments)
    {
        var options = new BenchmarkOptions();
        for (var i = 0; i < arguments.Length; i += 2)
        {
            if (i + 1 == arguments.Length) return null;

            var value = arguments[i + 1];
            _ = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
            switch (arguments[i])
            {
                case "--megabytes" when number > 0: options = options with { Megabytes = number }; break;
                case "--partitions" when number > 0: options = options with { Partitions = number }; break;
                case "--repeat" when number > 0: options = options with { Repeat = number }; break;
                case "--batch-sizes":
                    options = options with
                    {
                        BatchSizes = [.. value.Split(',').Select(size => int.Parse(size, CultureInfo.InvariantCulture))]
                    }; break;
                case "--data": options = options with { Data = value }; break;
                default: return null;
            }
        }

        return options;
    }
}

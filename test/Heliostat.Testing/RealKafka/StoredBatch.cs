using System.Globalization;
using System.Text.RegularExpressions;

namespace Heliostat.Testing.RealKafka;

/// <summary>A batch (or, before magic 2, a message) as it lies in the log of a broker, told by Kafka's own kafka-dump-log.sh.</summary>
public sealed partial record StoredBatch
{
    public required int Magic { get; init; }

    public required long BaseOffset { get; init; }

    public required long LastOffset { get; init; }

    /// <summary>Number of records; for magic 0 and 1 unknown: 0.</summary>
    public int Count { get; init; }

    /// <summary>none, gzip, snappy, lz4 or zstd.</summary>
    public required string Codec { get; init; }

    public bool IsTransactional { get; init; }

    public bool IsControl { get; init; }

    public int SizeInBytes { get; init; }

    /// <summary>Reads the batches out of what the tool printed.</summary>
    internal static StoredBatch[] Parse(string output) =>
        [.. output.Split('\n').Where(line => line.Contains(" magic: ", StringComparison.Ordinal)
            || line.Contains(" magic ", StringComparison.Ordinal)).Select(ParseLine)];

    private static StoredBatch ParseLine(string line)
    {
        var fields = Field().Matches(line).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value, StringComparer.OrdinalIgnoreCase);
        long Number(string name) => fields.TryGetValue(name, out var text) ? long.Parse(text, CultureInfo.InvariantCulture) : 0;
        return new StoredBatch
        {
            Magic = (int)Number("magic"),
            BaseOffset = Number(fields.ContainsKey("baseOffset") ? "baseOffset" : "offset"),
            LastOffset = Number(fields.ContainsKey("lastOffset") ? "lastOffset" : "offset"),
            Count = (int)Number("count"),
            Codec = fields["compresscodec"].ToLowerInvariant().Replace("compressioncodec", "", StringComparison.Ordinal),
            IsTransactional = fields.GetValueOrDefault("isTransactional") == "true",
            IsControl = fields.GetValueOrDefault("isControl") == "true",
            SizeInBytes = (int)Number("size"),
        };
    }

    [GeneratedRegex(@"(\w+):? (\S+)")]
    private static partial Regex Field();
}

namespace Heliostat.Configuration.Options;

/// <summary>Kafka's <c>compression.type</c> of a producer.</summary>
public enum CompressionType
{
    None,
    Gzip,
    Snappy,
    Lz4,
    Zstd,
}

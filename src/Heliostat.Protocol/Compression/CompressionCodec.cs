namespace Heliostat.Protocol.Compression;

/// <summary>The codecs of a batch or wrapper message, numbered as in the lowest three attribute bits (CompressionType).</summary>
public enum CompressionCodec : byte
{
    None = 0,
    Gzip = 1,
    Snappy = 2,
    Lz4 = 3,

    /// <summary>Magic 2 only, and Produce v7, Fetch v10 or newer (KIP-110).</summary>
    Zstd = 4,
}

using Heliostat.Client;
using Heliostat.Client.Producing;
using Heliostat.Protocol.Compression;

namespace Heliostat.Configuration.Options;

/// <summary>
/// How a flow writes: Kafka's producer settings in the client's own records. Acknowledgement is always by all in-sync replicas.
/// </summary>
public sealed record TargetOptions
{
    public required ClientOptions Client { get; init; }

    public ProducerOptions Producer { get; init; } = new();

    /// <summary>
    /// <c>max.block.ms</c>: how long the target may take to answer at the start, and to make a topic ready; null for ten seconds at the
    /// start and no bound later.
    /// </summary>
    public TimeSpan? MaxBlock { get; init; }

    /// <summary><c>linger.ms</c>: how long small batches may wait for more to be merged with.</summary>
    public TimeSpan Linger { get; init; }

    /// <summary><c>buffer.memory</c>: the bytes held between the clusters, or null when that was not asked for.</summary>
    public long? BufferMemoryBytes { get; init; }

    /// <summary><c>batch.size</c>: batches that are written anew from records grow up to this many bytes.</summary>
    public int BatchBytes { get; init; } = 256 * 1024;

    /// <summary>
    /// <c>compression.type</c>: re-encode every batch with this codec (the record path), or null to keep each batch as it is.
    /// </summary>
    public CompressionCodec? Codec { get; init; }
}

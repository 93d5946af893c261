using Heliostat.Broker;
using Heliostat.Protocol.Compression;

namespace Heliostat.Demo;

/// <summary>A topic of the demo, and how its producer writes it.</summary>
/// <param name="Name">Its name on both sides.</param>
/// <param name="Partitions">Its partitions.</param>
/// <param name="Share">Its part of all records that are written.</param>
/// <param name="What">What is special about it, in a word or two.</param>
internal sealed record DemoTopic(string Name, int Partitions, double Share, string What)
{
    /// <summary>What its batches are compressed with.</summary>
    public CompressionCodec Codec { get; init; } = CompressionCodec.None;

    /// <summary>The log keeps the newest record of each key.</summary>
    public bool IsCompacted { get; init; }

    /// <summary>Written in transactions, some of which are aborted.</summary>
    public bool IsTransactional { get; init; }

    /// <summary>The demo's group reads it.</summary>
    public bool IsConsumed { get; init; }

    /// <summary>As the source cluster creates it. Old segments go, so that a demo can run for a day in little memory.</summary>
    public EmbeddedTopic Embedded => new(Name, Partitions)
    {
        Configs = IsCompacted
            ? new Dictionary<string, string>
            {
                ["cleanup.policy"] = "compact",
                ["segment.ms"] = "2000",
                ["segment.bytes"] = "1048576",
                ["min.cleanable.dirty.ratio"] = "0.1",
            }
            : new Dictionary<string, string> { ["retention.bytes"] = "16777216", ["segment.bytes"] = "2097152" },
    };
}

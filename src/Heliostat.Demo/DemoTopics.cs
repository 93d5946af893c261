using Heliostat.Protocol.Compression;

namespace Heliostat.Demo;

/// <summary>The topics that the demo writes: one of each kind that a mirror must get right.</summary>
internal static class DemoTopics
{
    /// <summary>The consumer group that reads some of them.</summary>
    public const string Group = "billing";

    /// <summary>For members of groups: a machine that is far too busy must not take their membership.</summary>
    public static TimeSpan SessionTimeout { get; } = TimeSpan.FromSeconds(60);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<DemoTopic> All { get; } =
    [
        new("clicks", 4, 0.5, "plain"),
        new("customers", 2, 0.1, "compacted") { IsCompacted = true },
        new("orders", 4, 0.3, "zstd") { Codec = CompressionCodec.Zstd, IsConsumed = true },
        new("payments", 2, 0.1, "transactions") { IsTransactional = true, IsConsumed = true },
    ];
}

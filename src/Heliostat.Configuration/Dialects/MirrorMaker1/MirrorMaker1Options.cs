using Heliostat.Configuration.Options;

namespace Heliostat.Configuration.Dialects.MirrorMaker1;

/// <summary>MirrorMaker 1's command line, with its defaults (<c>kafka.tools.MirrorMaker</c> of Kafka 3.9).</summary>
public sealed record MirrorMaker1Options
{
    /// <summary><c>--consumer.config</c>: the properties file of the source cluster.</summary>
    public required string ConsumerConfig { get; init; }

    /// <summary><c>--producer.config</c>: the properties file of the target cluster.</summary>
    public required string ProducerConfig { get; init; }

    /// <summary><c>--include</c>; wins over <see cref="Whitelist"/>.</summary>
    public string? Include { get; init; }

    /// <summary><c>--whitelist</c>, the name of <c>--include</c> before 3.0.</summary>
    public string? Whitelist { get; init; }

    /// <summary><c>--num.streams</c>.</summary>
    public int NumStreams { get; init; } = 1;

    /// <summary><c>--offset.commit.interval.ms</c>.</summary>
    public int OffsetCommitIntervalMs { get; init; } = 60_000;

    /// <summary><c>--abort.on.send.failure</c>.</summary>
    public bool AbortOnSendFailure { get; init; } = true;

    /// <summary><c>--partitioner</c>, which is ours: key-hash is what MirrorMaker 1 always did.</summary>
    public Partitioner Partitioner { get; init; } = Partitioner.Same;

    /// <summary><c>--message.handler</c>: a class of Java that makes records of each record; null for none.</summary>
    public string? MessageHandler { get; init; }

    /// <summary><c>--message.handler.args</c>: what its constructor is given; null for nothing.</summary>
    public string? MessageHandlerArgs { get; init; }

    /// <summary>
    /// <c>--zookeeper-offsets</c>, which is ours: a file with what the group kept in ZooKeeper, as Kafka's ExportZkOffsets writes it; null
    /// for none.
    /// </summary>
    public string? ZooKeeperOffsets { get; init; }

    /// <summary><c>--memory</c>, which is ours; null leaves it to <c>buffer.memory</c>.</summary>
    public long? MemoryBudgetBytes { get; init; }
}

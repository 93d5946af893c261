using Heliostat.Testing;

namespace Heliostat.Scenarios.RealKafka;

/// <summary>The two files and the options of MM1, which Heliostat takes as they are.</summary>
public sealed record MirrorSettings
{
    public string Group { get; init; } = ClusterPair.Name("group");

    /// <summary>More lines of consumer.properties.</summary>
    public IReadOnlyDictionary<string, string> Consumer { get; init; } = new Dictionary<string, string>();

    /// <summary>More lines of producer.properties.</summary>
    public IReadOnlyDictionary<string, string> Producer { get; init; } = new Dictionary<string, string>();

    /// <summary>More options.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>False for topics too large to compare other than by their hashes.</summary>
    public bool Compared { get; init; } = true;

    public TimeSpan CommitInterval { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>A process of its own even between embedded clusters: for a test that kills it.</summary>
    public bool OwnProcess { get; init; }

    /// <summary>After which silence the group counts a member out. Short, so that a killed one is replaced soon.</summary>
    public TimeSpan SessionTimeout { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>How old what is known of topics may grow; null for what the program has of itself.</summary>
    public TimeSpan? MetadataMaxAge { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Whether what aborted transactions wrote is mirrored too.</summary>
    public bool Uncommitted => Consumer.GetValueOrDefault("isolation.level") == "read_uncommitted";

    /// <summary>Writes the files and returns the arguments.</summary>
    internal List<string> Write(TemporaryFolder folder, ClusterPair pair, string include)
    {
        var consumer = folder.File("consumer.properties");
        var producer = folder.File("producer.properties");
        File.WriteAllLines(consumer,
        [
            $"bootstrap.servers={pair.Source.BootstrapServers}",
            $"group.id={Group}",
            "auto.offset.reset=earliest",
            $"session.timeout.ms={SessionTimeout.TotalMilliseconds:0}",
            "heartbeat.interval.ms=1000",
            .. MetadataMaxAge is { } age ? (string[])[$"metadata.max.age.ms={age.TotalMilliseconds:0}"] : [],
            .. Consumer.Select(p => $"{p.Key}={p.Value}"),
        ]);
        File.WriteAllLines(producer, [$"bootstrap.servers={pair.Target.BootstrapServers}", .. Producer.Select(p => $"{p.Key}={p.Value}")]);
        return
        [
            "--consumer.config", consumer, "--producer.config", producer, "--include", include,
            "--offset.commit.interval.ms", $"{CommitInterval.TotalMilliseconds:0}", .. Options,
        ];
    }
}

using Heliostat.Testing;

namespace Heliostat.Scenarios.RealKafka.MirrorMaker2;

/// <summary>A file of MirrorMaker 2's dedicated mode, which both programs take as it is.</summary>
public sealed record FlowFile
{
    /// <summary>Clusters by alias, in the file's order.</summary>
    public required IReadOnlyDictionary<string, string> Clusters { get; init; }

    /// <summary>Enabled flows, as <c>A->B</c>.</summary>
    public required IReadOnlyList<string> Flows { get; init; }

    /// <summary>Further keys.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>From the pair's source A to its target B, one flow.</summary>
    public static FlowFile Of(ClusterPair pair, params (string Key, string Value)[] settings) => new()
    {
        Clusters = new Dictionary<string, string> { ["A"] = pair.Source.BootstrapServers, ["B"] = pair.Target.BootstrapServers },
        Flows = ["A->B"],
        Settings = settings.ToDictionary(s => s.Key, s => s.Value),
    };

    internal string Write(TemporaryFolder folder)
    {
        // A JVM of its own for each of the N*(N-1) workers costs too much here: heartbeats only where a test asks for them.
        var defaults = new Dictionary<string, string>
        {
            ["clusters"] = string.Join(", ", Clusters.Keys),
            ["emit.heartbeats.enabled"] = "false",
            ["replication.factor"] = "1",
            ["offset-syncs.topic.replication.factor"] = "1",
            ["checkpoints.topic.replication.factor"] = "1",
            ["heartbeats.topic.replication.factor"] = "1",
            ["offset.storage.replication.factor"] = "1",
            ["config.storage.replication.factor"] = "1",
            ["status.storage.replication.factor"] = "1",
            ["refresh.topics.interval.seconds"] = "1",
            ["refresh.groups.interval.seconds"] = "1",
            ["emit.checkpoints.interval.seconds"] = "1",
            ["sync.group.offsets.interval.seconds"] = "1",
        };
        foreach (var (alias, servers) in Clusters)
        {
            defaults[$"{alias}.bootstrap.servers"] = servers;
            defaults[$"{alias}.offset.flush.interval.ms"] = "1000";
        }

        foreach (var flow in Flows)
        {
            defaults[$"{flow}.enabled"] = "true";
        }

        foreach (var (key, value) in Settings)
        {
            defaults[key] = value;
        }

        var file = folder.File("mm2.properties");
        File.WriteAllLines(file, defaults.Select(s => $"{s.Key} = {s.Value}"));
        return file;
    }
}

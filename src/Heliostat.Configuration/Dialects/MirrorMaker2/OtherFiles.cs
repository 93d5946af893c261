using Heliostat.Configuration.Files;
using Heliostat.Configuration.Options;
using Heliostat.Configuration.Settings.Tables;

namespace Heliostat.Configuration.Dialects.MirrorMaker2;

/// <summary>Files of other programs that are given for one of MirrorMaker 2's dedicated mode: what they are, and who takes them.</summary>
internal static class OtherFiles
{
    private const string Wanted =
        "here a file of MirrorMaker 2's dedicated mode is wanted: 'clusters = A, B', 'A.bootstrap.servers = HOST:9092' for each, "
            + "'A->B.enabled = true'";

    /// <summary>Null where it is not known to be another's.</summary>
    public static string? What(IReadOnlyList<PropertyEntry> entries, string path)
    {
        var keys = entries.Select(entry => entry.Key).ToHashSet(StringComparer.Ordinal);
        return entries is [{ Key: ['{' or '[', ..] },
            ..] ? $"the file is JSON, as Kafka Connect takes connectors; {Wanted}, and the connector's settings behind 'A->B.'"
            : keys.Contains("apiVersion") && keys.Contains(
                "kind") ? $"the file is YAML, a resource of Kubernetes: --strimzi reads a KafkaMirrorMaker2 of Strimzi; {Wanted}"
            : keys.Contains(
                "connector.class") ? $"the file is a connector of Kafka Connect; {Wanted}, and the connector's settings behind 'A->B.'"
            : keys.Contains("key.converter")
                || keys.Contains(
                    "config.storage.topic") ? $"the file is of a worker of Kafka Connect: heliostat connect {path} runs the mirror "
                        + $"connectors of its cluster; {Wanted} (docs/connect.md)"
            : !keys.Contains("bootstrap.servers") && !keys.Contains("zookeeper.connect") && !keys.Contains("metadata.broker.list") ? null
            : keys.Contains("zookeeper.connect") || Knows(keys, ClientRole.SourceConsumer, ClientRole.DataProducer)
                ? "the file is of a consumer, as MirrorMaker 1 takes it: heliostat mirror-maker --consumer.config "
                    + $"{path} --producer.config FILE --include TOPICS"
            : keys.Contains("metadata.broker.list") || Knows(keys, ClientRole.DataProducer, ClientRole.SourceConsumer)
                ? "the file is of a producer, as MirrorMaker 1 takes it: heliostat mirror-maker --consumer.config FILE --producer.config "
                    + $"{path} --include TOPICS"
            : null;
    }

    /// <summary>Some key is one of the first kind of client and none of the second.</summary>
    private static bool Knows(HashSet<string> keys, ClientRole role, ClientRole other) =>
        keys.Any(key => ClientTables.Of(role).Find(key) is not null && ClientTables.Of(other).Find(key) is null);
}

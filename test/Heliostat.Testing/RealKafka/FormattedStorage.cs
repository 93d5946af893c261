using System.Collections.Concurrent;

namespace Heliostat.Testing.RealKafka;

/// <summary>
/// What <c>kafka-storage.sh format</c> writes, made by the tool once for each version and copied from then on: a JVM for each broker would
/// cost as much as the broker's own start.
/// </summary>
internal static class FormattedStorage
{
    private const string Checkpoint = "bootstrap.checkpoint";

    private static readonly ConcurrentDictionary<string, Lazy<Task<byte[]>>> Made = new();

    public static async Task WriteAsync(KafkaCluster cluster, string clusterId, IReadOnlyList<KafkaNode> nodes, CancellationToken ct)
    {
        var checkpoint = await Made.GetOrAdd(cluster.Kafka.Home, _ => new(() => MakeAsync(cluster, clusterId, nodes[0], ct))).Value;
        foreach (var node in nodes)
        {
            Directory.CreateDirectory(node.DataFolder);
            await File.WriteAllBytesAsync(Path.Combine(node.DataFolder, Checkpoint), checkpoint, ct);
            await File.WriteAllTextAsync(
                Path.Combine(node.DataFolder, "meta.properties"),
                $"version=1\ncluster.id={clusterId}\nnode.id={node.Id}\ndirectory.id={KafkaUuid()}\n", ct);
        }
    }

    /// <summary>A Kafka Uuid: URL-safe base64, and no '-' in front, which its tools would take for an option.</summary>
    public static string KafkaUuid() =>
        "H" + Convert.ToBase64String(Guid.NewGuid().ToByteArray()).Replace('+', '-').Replace('/', '_')[1..22];

    private static async Task<byte[]> MakeAsync(KafkaCluster cluster, string clusterId, KafkaNode node, CancellationToken ct)
    {
        await cluster.RunToolAsync("kafka-storage.sh", ["format", "-t", clusterId, "-c", node.PropertiesFile], ct);
        return await File.ReadAllBytesAsync(Path.Combine(node.DataFolder, Checkpoint), ct);
    }
}

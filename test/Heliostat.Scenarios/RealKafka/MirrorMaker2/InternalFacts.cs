using System.Text;
using Heliostat.MirrorClient.Checkpoints;
using Heliostat.MirrorClient.Heartbeats;
using Heliostat.MirrorClient.OffsetSyncs;
using Heliostat.Scenarios.RealKafka.TopicSides;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Scenarios.RealKafka.MirrorMaker2;

/// <summary>What a mirror left in a target's internal topics, one line for each fact; values that time decides are left out.</summary>
internal sealed class InternalFacts
{
    private readonly SortedSet<string> _facts = new(StringComparer.Ordinal);

    private InternalFacts()
    {
    }

    public IReadOnlySet<string> All => _facts;

    /// <summary>Downstream offsets of the checkpoints, by group and partition.</summary>
    public Dictionary<string, long> Checkpoints { get; } = [];

    public static async Task<InternalFacts> ReadAsync(KafkaCluster cluster, string positions, CancellationToken ct)
    {
        var facts = new InternalFacts();
        await using var side = new AdminSide(cluster, "target");
        foreach (var fact in await side.InternalTopicFactsAsync(ct))
        {
            facts._facts.Add(fact);
        }

        foreach (var (partition, key, value) in await LatestAsync(cluster, positions, ct))
        {
            var text = Encoding.UTF8.GetString(key);
            if (text.Contains("MirrorSourceConnector", StringComparison.Ordinal) && !text.Contains("heartbeats", StringComparison.Ordinal))
            {
                facts._facts.Add($"position in {partition}: {text} = {Encoding.UTF8.GetString(value).Split(',')[0].TrimEnd('}')}");
            }
        }

        foreach (var (partition, key, value) in await LatestAsync(cluster, "A.checkpoints.internal", ct))
        {
            var checkpoint = Checkpoint.Read(key, value);
            facts._facts.Add(
                $"checkpoint in {partition}: {checkpoint.Group} {checkpoint.TopicPartition} upstream "
                    + $"{checkpoint.UpstreamOffset} '{checkpoint.Metadata}', {key.Length}+{value.Length} bytes");
            facts.Checkpoints[$"{checkpoint.Group} {checkpoint.TopicPartition}"] = checkpoint.DownstreamOffset;
        }

        foreach (var (partition, key, value) in await LatestAsync(cluster, "mm2-offset-syncs.A.internal", ct))
        {
            var sync = OffsetSync.Read(key, value);
            if (!sync.TopicPartition.Topic.Contains("heartbeats", StringComparison.Ordinal))
            {
                facts._facts.Add(
                    $"last offset sync in {partition}: {sync.TopicPartition} {sync.UpstreamOffset} -> {sync.DownstreamOffset}, "
                        + $"{key.Length}+{value.Length} bytes");
            }
        }

        foreach (var (partition, key, value) in await LatestAsync(cluster, "heartbeats", ct))
        {
            var heartbeat = Heartbeat.Read(key, value);
            facts._facts.Add(
                $"heartbeat in {partition}: {heartbeat.SourceClusterAlias}->{heartbeat.TargetClusterAlias}, "
                    + $"{key.Length}+{value.Length} bytes");
        }

        return facts;
    }

    private static async Task<IEnumerable<(int Partition, byte[] Key, byte[] Value)>> LatestAsync(KafkaCluster cluster, string topic,
        CancellationToken ct)
    {
        var read = await cluster.Client.ReadAsync(topic, new() { Records = true }, ct);
        return read.SelectMany(p => p.Records.Select(r => (p.Partition, Key: r.Key!, Value: r.Value!)))
            .GroupBy(r => (r.Partition, Convert.ToHexString(r.Key))).Select(g => g.Last());
    }
}

using System.Collections.Concurrent;
using Heliostat.Client;
using Heliostat.Mirroring.Configuration;
using Heliostat.Mirroring.Pump;
using Heliostat.Mirroring.Topics;

namespace Heliostat.Mirroring.Planning;

/// <summary>
/// Decides how each partition of a source topic reaches the target: same partition where both topics have as many, by key hash where they differ
/// or where that was asked for. Once a topic keeps its partitions it goes on doing so: when the source grows, the target is grown with it.
/// <paramref name="keeping"/> remembers those topics for all streams of a process.
/// </summary>
internal sealed class LanePlanner(KafkaClient source, TargetTopics targets, MirrorOptions options, ConcurrentDictionary<string, bool> keeping)
{
    /// <summary>How many partitions a topic has on the source.</summary>
    public async Task<int> SourcePartitionsAsync(string topic, CancellationToken ct)
    {
        var known = source.Metadata.Current.Topics.GetValueOrDefault(topic) ?? (await source.Metadata.RefreshAsync(ct)).Topics.GetValueOrDefault(topic);
        return known?.Partitions.Count ?? 0;
    }

    /// <summary>
    /// Plans some partitions of a source topic that has <paramref name="count"/>, and sees to it that the target topic is there; what fails is the
    /// target.
    /// </summary>
    public async Task<LanePlan[]> PlanAsync(string topic, int count, IReadOnlyList<int> partitions, CancellationToken ct)
    {
        var target = await targets.EnsureAsync(options.Naming.TargetName(topic), count, keeping.ContainsKey(topic), ct);
        var byKey = options.Partitioner == Configuration.Partitioner.KeyHash || target.Partitions != count;
        if (!byKey)
        {
            keeping[topic] = true;
        }

        return [.. partitions.Select(partition =>
            new LanePlan(new TopicPartition(topic, partition), target.Name, target.Partitions, byKey, target.MaxMessageBytes))];
    }
}

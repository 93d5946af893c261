using System.Collections.Concurrent;
using Heliostat.Client;
using Heliostat.Client.Metadata;
using Heliostat.Client.Routing;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Java;
using Heliostat.Mirroring.Positions;
using Heliostat.Mirroring.Pump;
using Heliostat.Mirroring.Rules;
using Heliostat.Mirroring.Topics;

namespace Heliostat.Mirroring.Flows;

/// <summary>
/// Decides how each partition of a source topic reaches the target: same partition where both topics have as many, by key hash where they
/// differ or where that was asked for. Once a topic keeps its partitions it goes on doing so, over restarts too: when the source grows, the
/// target is grown with it. <paramref name="keeping"/> remembers those topics for all streams of a process.
/// </summary>
internal sealed class LanePlanner(KafkaClient source, TargetTopics targets, FlowOptions flow, ConcurrentDictionary<string, bool> keeping,
    StartRule rule)
{
    /// <summary>The JVM that is asked about records; null where none is.</summary>
    public JavaHost? Java { get; init; }

    /// <summary>
    /// How many partitions a topic has on the source; what is known is looked up again when it is less than <paramref name="atLeast"/>.
    /// </summary>
    /// <exception cref="KafkaErrorException">The source does not know of as many.</exception>
    public async Task<int> SourcePartitionsAsync(string topic, int atLeast, CancellationToken ct)
    {
        var count = Count(source.Metadata.Current, topic);
        if (count < atLeast)
        {
            count = Count(await source.Metadata.RefreshAsync(ct), topic);
        }

        return count >= atLeast ? count : throw new KafkaErrorException(
            ErrorCode.UnknownTopicOrPartition,
            $"source: topic '{topic}' has {count} partitions as far as its brokers say, and partition {atLeast - 1} is to be mirrored");
    }

    /// <summary>
    /// Plans some partitions of a source topic that has <paramref name="count"/>, and sees to it that the target topic is there; what fails
    /// is the target.
    /// </summary>
    /// <param name="topic">The topic on the source.</param>
    /// <param name="count">How many partitions it has there.</param>
    /// <param name="partitions">Those to plan.</param>
    /// <param name="kept">Whether positions say that it was mirrored to the same partitions of a topic before, by whatever process.</param>
    /// <param name="begin">Called before the topic is made on the target or first written to, with what positions are to say: if it grows
    /// from then on, whoever goes on keeps its partitions.</param>
    /// <param name="ct">Ends it.</param>
    public async Task<LanePlan[]> PlanAsync(
        string topic, int count, IReadOnlyList<int> partitions, Func<TargetTopic, bool> kept, Func<PositionMark, Task> begin,
        CancellationToken ct)
    {
        var keeps = keeping.ContainsKey(topic);
        var byHash = flow.SourceGroup.Partitioner == Configuration.Options.Partitioner.KeyHash;
        var hasBegun = keeps || byHash;
        var target = await targets.EnsureAsync(flow.Naming.TargetName(topic), count, keeps, BeginAsync, ct);
        if (!keeps && !byHash && target.Partitions != count && kept(target))
        {
            keeps = hasBegun = true;
            target = await targets.EnsureAsync(target.Name, count, grow: true, BeginAsync, ct);
        }

        if (!keeps && target.Partitions != count)
        {
            // Another stream or process may have seen the source grow before this one, and grown the target with it.
            count = Count(await source.Metadata.RefreshAsync(ct), topic);
        }

        var byKey = byHash || (!keeps && target.Partitions != count);
        if (!byKey)
        {
            await BeginAsync(target.Mark);
            keeping[topic] = true;
        }

        return [.. partitions.Select(partition =>
            new LanePlan(new TopicPartition(topic, partition), target.Name, target.Partitions, byKey, target.MaxMessageBytes)
            {
                Codec = flow.DataProducer.Codec,
                Rules = Java is null ? null
                    : RecordRules.Of(flow.Transforms, target.Name, partition, java: new JavaLane(Java, topic)),
                Mark = Noted(target.Mark, keeps: !byKey)
            })];

        async Task BeginAsync(PositionMark mark)
        {
            if (!hasBegun)
            {
                await begin(Noted(mark, keeps: true));
                hasBegun = true;
            }
        }
    }

    private PositionMark Noted(PositionMark mark, bool keeps) => mark with { Selection = rule.Note, KeepsPartitions = keeps };

    private static int Count(MetadataSnapshot metadata, string topic) => metadata.Topics.GetValueOrDefault(topic)?.Partitions.Count ?? 0;
}

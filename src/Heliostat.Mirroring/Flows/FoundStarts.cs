using Heliostat.Mirroring.Pump;
using Heliostat.Mirroring.Topics;

namespace Heliostat.Mirroring.Flows;

/// <summary>Where lanes start, as far as that could be found out.</summary>
/// <param name="Remembered">Those that go on from something remembered, which may be of other logs than those that are there now.</param>
/// <param name="Fresh">Those that nothing is known of.</param>
/// <param name="Errors">What the source answered for others.</param>
internal sealed record FoundStarts(
    IReadOnlyDictionary<TopicPartition, LanePosition> Remembered, IReadOnlyDictionary<TopicPartition, LanePosition> Fresh,
    IReadOnlyDictionary<TopicPartition, ErrorCode> Errors)
{
    /// <summary>What the positions of <see cref="Remembered"/> belong to, as far as they say so.</summary>
    public IReadOnlyDictionary<TopicPartition, PositionMark> Marks { get; init; } = new Dictionary<TopicPartition, PositionMark>();

    /// <summary>
    /// Of each topic the positions that a mirror like this one left: what they belong to, and whether they say where records stand.
    /// </summary>
    public ILookup<string, (PositionMark? Mark, bool HasTarget)> Left { get; init; } = Array.Empty<string>()
        .ToLookup(topic => topic, _ => ((PositionMark?)null, false));

    /// <summary>
    /// Whether the topic was mirrored to the same partitions of <paramref name="target"/> before: only then positions say so, or where
    /// records stand; those of versions that did not say it are as many as the target has partitions.
    /// </summary>
    public bool Keeps(string topic, TargetTopic target)
    {
        var left = Left[topic].Where(position => position.Mark is null || position.Mark.IsOf(target.Mark)).ToList();
        return left.Exists(position => position.HasTarget || position.Mark is { KeepsPartitions: true }) || left.Count == target.Partitions;
    }

    public bool Has(TopicPartition partition) => Remembered.ContainsKey(partition) || Fresh.ContainsKey(partition);

    public string CauseOf(TopicPartition partition) =>
        $"source: where {partition.Topic}-{partition.Partition} starts cannot be looked "
            + $"up{(Errors.TryGetValue(partition, out var code) ? $" ({code.Name()})" : "")}";
}

using Heliostat.Mirroring.Pump;
using Heliostat.Mirroring.Topics;

namespace Heliostat.Mirroring.Flows;

/// <summary>Where lanes start, as far as that could be found out.</summary>
/// <param name="Remembered">Those that go on from something remembered, which may be of other logs than those that are there now.</param>
/// <param name="Fresh">Those that nothing is known of.</param>
/// <param name="Errors">What the source answered for others.</param>
internal sealed record FoundStarts(
    IReadOnlyDictionary<TopicPartition, LanePosition> Remembered, IReadOnlyDictionary<TopicPartition, LanePosition> Fresh, IReadOnlyDictionary<TopicPartition, ErrorCode> Errors)
{
    /// <summary>What the positions of <see cref="Remembered"/> belong to, as far as they say so.</summary>
    public IReadOnlyDictionary<TopicPartition, PositionMark> Marks { get; init; } = new Dictionary<TopicPartition, PositionMark>();

    public bool Has(TopicPartition partition) => Remembered.ContainsKey(partition) || Fresh.ContainsKey(partition);

    public string CauseOf(TopicPartition partition) =>
        $"source: where {partition.Topic}-{partition.Partition} starts cannot be looked up{(Errors.TryGetValue(partition, out var code) ? $" ({code.Name()})" : "")}";
}

using Heliostat.Client;
using Heliostat.Mirroring.Pump;
using Heliostat.Protocol.Messages;

namespace Heliostat.Mirroring.Flows;

/// <summary>Where lanes start, as far as that could be found out.</summary>
/// <param name="Starts">Those that are known.</param>
/// <param name="Errors">What the source answered for others.</param>
internal sealed record FoundStarts(IReadOnlyDictionary<TopicPartition, LanePosition> Starts, IReadOnlyDictionary<TopicPartition, ErrorCode> Errors)
{
    public string CauseOf(TopicPartition partition) =>
        $"source: where {partition.Topic}-{partition.Partition} starts cannot be looked up{(Errors.TryGetValue(partition, out var code) ? $" ({code.Name()})" : "")}";
}

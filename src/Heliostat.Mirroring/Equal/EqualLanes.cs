using System.Collections.Concurrent;
using Heliostat.Client.Producing;
using Heliostat.Configuration.Options;
using Heliostat.Configuration.Transforms;
using Heliostat.Mirroring.Pump;

namespace Heliostat.Mirroring.Equal;

/// <summary>The lanes of a flow's life whose records keep their offsets. Thread-safe.</summary>
/// <param name="fills">Fills for them.</param>
internal sealed class EqualLanes(EqualFills fills) : IDisposable
{
    private const string NotExactlyOnce =
        "heliostat.offsets = equal does not go with exactly.once.source.support = enabled: each transaction ends with a marker in every "
            + "partition, which takes an offset";

    private const string NotTransformed =
        "heliostat.offsets = equal does not go with transforms of records: where a lane goes on, the target's records are compared with "
            + "the source's";

    private const string NotFromWithin =
        "heliostat.offsets = equal does not go with heliostat.from: what is before it would have to be filled up";

    private const string NotMarked =
        "heliostat.offsets = equal does not go with heliostat.provenance, which gives records a header and leaves out those that came from "
            + "the target";

    private readonly ConcurrentDictionary<TopicPartition, EqualLane> _lanes = new();

    /// <summary>What a flow asks for that does not go with the same offsets; null where all does.</summary>
    public static string? Refusal(FlowOptions flow) =>
        !flow.Equal.Topics.Any ? null
        : flow.Worker.IsExactlyOnce ? NotExactlyOnce
        : flow.Transforms.Steps.Any(step => step.Action is not TransformAction.Rename) ? NotTransformed
        : flow.From.Any ? NotFromWithin
        : flow.Provenance != ProvenanceKind.Off ? NotMarked
        : null;

    /// <summary>
    /// How a lane stands in the topic of the target that has this id now; null where nothing is known, or what is known is of one that was
    /// deleted since.
    /// </summary>
    public LaneEquality? StandOf(TopicPartition lane, Guid topicId) =>
        _lanes.GetValueOrDefault(lane) is { } known && known.TopicId == topicId ? known.Equality : null;

    /// <summary>A lane is about to be opened; what it had before is over.</summary>
    public void Begin(TopicPartition lane, EqualLane begun)
    {
        _lanes.TryRemove(lane, out var before);
        _lanes[lane] = begun;
        before?.Filler.Dispose();
    }

    public ILaneOutlet Outlet(LanePlan plan, Producer producer) =>
        new EqualOutlet(producer, plan.Target, _lanes[plan.Source], fills);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var lane in _lanes.Values)
        {
            lane.Filler.Dispose();
        }
    }
}

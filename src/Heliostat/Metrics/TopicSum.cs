using Heliostat.Mirroring.Flows;

namespace Heliostat.Metrics;

/// <summary>The lanes of one topic of a flow together.</summary>
/// <param name="Labels">Rendered.</param>
/// <param name="Lag">Of the lanes whose lag is known; null when it is of none.</param>
/// <param name="Records">Acknowledged.</param>
/// <param name="Bytes">Acknowledged.</param>
/// <param name="Batches">Acknowledged.</param>
internal readonly record struct TopicSum(byte[] Labels, long? Lag, long Records, long Bytes, long Batches)
{
    /// <summary>Whose it is.</summary>
    public required string Flow { get; init; }

    /// <summary>Its name on the source.</summary>
    public required string Topic { get; init; }

    /// <summary>Records that rules left out.</summary>
    public long LeftOut { get; init; }

    /// <summary>How long the worst lane's oldest record has waited; null where that is of no lane known.</summary>
    public double? LagSeconds { get; init; }

    /// <summary>Until the source is expected to delete what is not mirrored yet, of the worst lane; null where nobody expects it.</summary>
    public double? MarginSeconds { get; init; }

    /// <summary>An estimate, from what its records took so far; null when it cannot be given.</summary>
    public long? LagBytes => Lag is not { } lag ? null : lag == 0 ? 0 : Records > 0 ? (long)(lag * ((double)Bytes / Records)) : null;

    /// <summary>Each topic of the flows, in the order of their lanes.</summary>
    public static List<TopicSum> Of(EngineSnapshot engine, Labels labels)
    {
        var sums = new List<TopicSum>(engine.Flows.Sum(Topics));
        foreach (var flow in engine.Flows)
        {
            string? topic = null;
            foreach (var lane in flow.ByLane)
            {
                if (lane.Topic != topic)
                {
                    topic = lane.Topic;
                    sums.Add(new TopicSum(labels.Topic(flow.Flow, topic), null, 0, 0, 0) { Flow = flow.Flow, Topic = topic });
                }

                sums[^1] = sums[^1].With(lane, engine.At);
            }
        }

        return sums;
    }

    private static int Topics(FlowSnapshot flow)
    {
        var (count, topic) = (0, (string?)null);
        foreach (var lane in flow.ByLane)
        {
            count += lane.Topic == topic ? 0 : 1;
            topic = lane.Topic;
        }

        return count;
    }

    private TopicSum With(LaneProgress lane, DateTimeOffset at) => new(
        Labels, lane.Lag is { } lag ? (Lag ?? 0) + lag : Lag, Records + lane.Records, Bytes + lane.Bytes, Batches + lane.Batches)
    {
        Flow = Flow,
        Topic = Topic,
        LeftOut = LeftOut + lane.LeftOut,
        LagSeconds = lane.LagSeconds(at) is { } late ? Math.Max(LagSeconds ?? 0, late) : LagSeconds,
        MarginSeconds = lane.DeletedAt is { } deleted
            ? Math.Min(MarginSeconds ?? double.MaxValue, Math.Max(0, (deleted - at).TotalSeconds))
            : MarginSeconds,
    };
}

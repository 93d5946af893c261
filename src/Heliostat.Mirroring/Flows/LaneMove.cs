namespace Heliostat.Mirroring.Flows;

/// <summary>What comes of a lane that somebody lets go on elsewhere (<see cref="Flow.MoveAsync"/>).</summary>
/// <param name="Lane">The lane, by its source.</param>
public sealed record LaneMove(TopicPartition Lane)
{
    /// <summary>The next source offset that it would have mirrored; null where it is refused.</summary>
    public long? From { get; init; }

    /// <summary>The next source offset that it mirrors; null where it is refused.</summary>
    public long? To { get; init; }

    /// <summary>Why it cannot go on there; null where it can.</summary>
    public string? Refusal { get; init; }

    /// <summary>Whoever has the lane answered; where nobody did (<see cref="FlowSkips"/>), <see cref="Refusal"/> says so.</summary>
    public bool IsAnswered { get; init; } = true;

    /// <summary>
    /// It is stored as the lane's position; until then the flow's state topic says that it is to be, and it is at the next start at the
    /// latest.
    /// </summary>
    public bool IsStored { get; init; }

    /// <summary>Source offsets that are passed over.</summary>
    public long Skipped => Math.Max(0, (To - From) ?? 0);

    /// <summary>Source offsets that are mirrored once more, and stand on the target twice then.</summary>
    public long Repeated => Math.Max(0, (From - To) ?? 0);

    internal static LaneMove Refused(TopicPartition lane, string why) => new(lane) { Refusal = why };
}

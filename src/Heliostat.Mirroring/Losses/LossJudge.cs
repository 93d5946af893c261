using Heliostat.Configuration.Losses;
using Heliostat.Mirroring.Pump;

namespace Heliostat.Mirroring.Losses;

/// <summary>
/// Decides from facts whether a lane may go on at its position: the one place where that is decided, at the start and while running, for
/// both ways of mirroring.
/// <list type="bullet">
/// <item>A. Ids decide where both are known; then epochs; then the ends of the log; then the records themselves.</item>
/// <item>B. A position that no fact speaks against is good: what is unknown is no loss.</item>
/// <item>C. What befell the source comes before what befell the target, as it is about another log.</item>
/// <item>D. A position names its target topic only once something of it was mirrored there.</item>
/// </list>
/// </summary>
internal static class LossJudge
{
    /// <summary>The first loss that speaks against going on at the position; null when there is none.</summary>
    public static Loss? Judge(TopicPartition lane, LaneFacts facts) => OfSource(lane, facts) ?? OfTarget(lane, facts);

    /// <summary>
    /// The topic has fewer partitions than it had when <paramref name="lane"/> was mirrored up to <paramref name="offset"/>.
    /// </summary>
    public static Loss Shrunk(TopicPartition lane, int partitions, long offset) => new(
        lane, LossKind.Shrunk, offset, null,
        $"source: topic {lane.Topic} has fewer partitions now ({partitions}); {lane} was mirrored up to offset {offset}");

    private static Loss? OfSource(TopicPartition lane, LaneFacts facts)
    {
        var position = facts.Position;
        if (facts.SourcePartitions <= lane.Partition)
        {
            return facts.SourcePartitions == 0
                ? new Loss(lane, LossKind.Gone, position.Offset, null,
                    $"source: topic {lane.Topic} is gone; it was mirrored up to offset {position.Offset} of partition {lane.Partition}")
                : Shrunk(lane, facts.SourcePartitions, position.Offset);
        }

        if (AreOthers(position.Topics.Source, facts.Topics.Source))
        {
            return Recreated(lane, facts, $"source: topic {lane.Topic} was deleted and created anew (another topic id): {OldTail(facts)}");
        }

        if (position.LeaderEpoch >= 0 && facts.EpochEnd is { } end)
        {
            if (end < 0)
            {
                return Recreated(lane, facts,
                    $"source: the log of {lane} knows nothing of leader epoch {position.LeaderEpoch}, in which it was mirrored up to "
                        + $"offset {position.Offset}: "
                        + $"the topic was deleted and created anew, or all of that epoch is lost; {OldTail(facts)}");
            }

            if (end < position.Offset && end >= facts.LogStart)
            {
                return Truncated(lane, position.Offset, end);
            }
        }
        else if (facts.LogEnd >= 0 && position.Offset > facts.LogEnd)
        {
            return facts.Topics.Source != Guid.Empty && position.Topics.Source != Guid.Empty
                ? Truncated(lane, position.Offset, facts.LogEnd)
                : new Loss(lane, LossKind.Truncated, position.Offset, null,
                    $"source: the position {position.Offset} of {lane} is beyond the end {facts.LogEnd}: the log was truncated or the "
                        + $"topic created anew; {OldTail(facts)}");
        }

        if (facts.IsSameRecord == false)
        {
            return Recreated(lane, facts,
                $"source: the record of {lane} at offset {position.Offset - 1} is not the one that was mirrored (target offset "
                    + $"{position.LastTargetOffset}): "
                    + $"the topic was deleted and created anew, or its log truncated and written on; {OldTail(facts)}");
        }

        return facts.LogStart > position.Offset && position.Offset >= 0
            ? new Loss(lane, LossKind.Gap, position.Offset, facts.LogStart,
                $"source: {lane}: offsets {position.Offset} to {facts.LogStart - 1} were deleted by retention before they were mirrored: "
                    + $"{facts.LogStart - position.Offset} offsets are skipped")
            : null;
    }

    private static Loss? OfTarget(TopicPartition lane, LaneFacts facts)
    {
        var position = facts.Position;
        if (AreOthers(position.Topics.Target, facts.Topics.Target))
        {
            return new Loss(lane, LossKind.TargetLost, position.Offset, 0,
                $"target: the mirror of topic {lane.Topic} was deleted and created anew (another topic id): what was mirrored of "
                    + $"{lane} before offset {position.Offset} is gone");
        }

        if (position.LastTargetOffset >= 0 && facts.IsVoid)
        {
            return new Loss(lane, LossKind.TargetLost, position.Offset, null,
                $"target: the mirror of {lane} holds a marker or what was aborted at offset {position.LastTargetOffset}, "
                + "where a record was committed: its log lost its end before that was written");
        }

        return position.LastTargetOffset >= 0 && facts.TargetEnd >= 0 && facts.TargetEnd <= position.LastTargetOffset
            ? new Loss(lane, LossKind.TargetLost, position.Offset, null,
                $"target: the mirror of {lane} ends at offset {facts.TargetEnd}, and {position.LastTargetOffset} was acknowledged: "
                    + $"{position.LastTargetOffset + 1 - facts.TargetEnd} offsets were lost there")
            : null;
    }

    private static bool AreOthers(Guid before, Guid now) => before != Guid.Empty && now != Guid.Empty && before != now;

    private static Loss Truncated(TopicPartition lane, long position, long end) => new(lane, LossKind.Truncated, position, end,
        $"source: the log of {lane} was truncated to offset {end} below position {position} (unclean leader election): "
            + $"{position - end} offsets that were mirrored are no more on the source, "
        + "and what came after them has their offsets");

    private static Loss Recreated(TopicPartition lane, LaneFacts facts, string cause) =>
        new(lane, LossKind.Recreated, facts.Position.Offset, Math.Max(facts.LogStart, 0), cause);

    private static string OldTail(LaneFacts facts) =>
        $"what the old log held from offset {facts.Position.Offset} on is gone, mirrored or not";
}

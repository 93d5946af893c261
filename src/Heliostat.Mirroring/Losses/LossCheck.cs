using Heliostat.Configuration.Losses;
using Heliostat.Mirroring.Pump;

namespace Heliostat.Mirroring.Losses;

/// <summary>
/// Finds out where lanes go on: looks at both clusters, judges, and does what the policies say about each loss. Every lane that goes on
/// from something remembered comes through here, when a process starts, when a flow begins anew, and when a running lane is in doubt.
/// </summary>
internal sealed class LossCheck(LogLook look, LossBook book)
{
    /// <summary>A loss of the source may uncover one of the target; no more than that.</summary>
    private const int MostLosses = 3;

    /// <summary>The start of each lane of which both clusters could say enough now.</summary>
    public async Task<Dictionary<TopicPartition, LaneStart>> StartsAsync(IReadOnlyDictionary<TopicPartition, StoredLane> lanes,
        CancellationToken ct)
    {
        if (lanes.Count == 0)
        {
            return [];
        }

        var facts = await look.AskAsync(lanes, ct);
        return facts.Select(lane => (lane.Key, Start: Start(lane.Key, lanes[lane.Key], lane.Value)))
            .Where(lane => lane.Start is not null).ToDictionary(lane => lane.Key, lane => lane.Start!);
    }

    /// <summary>Null for a lane that is not there, where that is only to be told.</summary>
    private LaneStart? Start(TopicPartition lane, StoredLane stored, LaneFacts facts)
    {
        if (facts.Position.IsUntouched && facts.Topics.Source != facts.Position.Topics.Source && facts.SourcePartitions > lane.Partition
            && (stored.IsWithRecords || facts.TargetEnd <= 0))
        {
            // Nothing was mirrored of the topic that it was to start in, and nothing stands where it would be; a new one is mirrored from
            // its beginning.
            book.ForgetRecords(lane);
            return new LaneStart(new LanePosition(Math.Max(facts.LogStart, 0), -1) { Topics = facts.Topics with { Target = Guid.Empty } },
                facts.Topics, IsAnew: true);
        }

        var isAnew = false;
        var isRewound = false;
        LanePosition? known = null;
        for (var losses = 0; losses < MostLosses && LossJudge.Judge(lane, facts) is { } loss; losses++)
        {
            var action = book.Policies.Of(loss.Kind, lane.Topic);
            if (loss.Kind is LossKind.Gone or LossKind.Shrunk && action == LossAction.Record)
            {
                book.Tell(loss, action);
                return null;
            }

            if (LossRemedy.Of(loss, action, facts, ToSource) is not { } position)
            {
                return new LaneStart(facts.Position, facts.Topics, loss);
            }

            book.Tell(loss, action, position.Offset);
            if (loss.Kind is LossKind.Recreated or LossKind.Truncated)
            {
                book.ForgetRecords(lane);
            }

            known ??= loss.Kind == LossKind.Gap ? facts.Position : null;
            isAnew |= loss is { Kind: LossKind.Recreated } or { Kind: LossKind.TargetLost, GoOnAt: not null }
                || position.Offset < loss.Position;
            isRewound |= loss.Kind == LossKind.Truncated;
            facts = facts with { Position = position, EpochEnd = null, IsSameRecord = null };
        }

        var start = isRewound ? new LanePosition(facts.Position.Offset, LeaderEpoch: -1) : facts.Position;
        return new LaneStart(start with { Topics = Named(stored.Position, facts) }, facts.Topics, IsAnew: isAnew)
        {
            Known = isAnew ? null : known
        };

        // What the target lost may be of what the source lost as well: everything from where the lane was rewound to comes again.
        long? ToSource(long offset) => stored.ToSource(offset) is { } at ? isRewound ? Math.Min(at, facts.Position.Offset) : at : null;
    }

    /// <summary>
    /// The target is named only by positions of something that is on it; one that names nothing is of somebody who does not name topics.
    /// </summary>
    private static TopicIds Named(LanePosition stored, LaneFacts facts) =>
        stored.IsUntouched && facts.Position == stored ? facts.Topics with { Target = Guid.Empty } : facts.Topics;
}

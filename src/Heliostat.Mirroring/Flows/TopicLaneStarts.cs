using System.Runtime.CompilerServices;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Lanes;
using Heliostat.Mirroring.Losses;
using Heliostat.Mirroring.Pump;
using Heliostat.Mirroring.Rules;
using Heliostat.Mirroring.Troubles;
using Heliostat.Protocol.Compression;
using Heliostat.Transport.Waiting;

namespace Heliostat.Mirroring.Flows;

/// <summary>Starts of lanes whose positions are in the offsets topic: all at once, as far as their topics stand on the target.</summary>
/// <param name="topics">Makes topics stand.</param>
/// <param name="starts">Where lanes start.</param>
/// <param name="tails">What the target holds behind that.</param>
/// <param name="slots">Store where lanes are.</param>
internal sealed class TopicLaneStarts(TopicRounds topics, FlowStarts starts, FlowTails tails, IReadOnlyList<FlowSlot> slots) : ILaneStarts
{
    private readonly HashSet<TopicPartition> _failed = [];

    /// <summary>What batches are compressed with on the target; null for what each was compressed with.</summary>
    public CompressionCodec? Codec { get; init; }

    /// <summary>What is done to a lane's records; null where nothing is.</summary>
    public Func<TopicPartition, RecordRules?> Rules { get; init; } = static _ => null;

    /// <summary>How old the records of a topic are to be when they go.</summary>
    public Func<string, TimeSpan> Delay { get; init; } = static _ => TimeSpan.Zero;

    /// <summary>When the records of a topic go; null for at any time.</summary>
    public Func<string, TimeWindows?> Windows { get; init; } = static _ => null;

    /// <summary>Where lanes end.</summary>
    public required LaneEnds Ends { get; init; }

    /// <summary>Which topics keep their offsets, and where their lanes go on; null where none does.</summary>
    public EqualWay? Equal { get; init; }

    public async IAsyncEnumerable<LaneOpening> FindAsync(IReadOnlyDictionary<TopicPartition, OwnedLane> due,
        [EnumeratorCancellation] CancellationToken ct)
    {
        if (due.Keys.Any(_failed.Contains))
        {
            // Its mirror may be gone, or another one by now.
            await topics.Rounds.RunNowAsync(ct);
        }

        foreach (var lost in Shrunk(due))
        {
            yield return LaneOpening.Gone(lost);
        }

        var plans = Plans(await Ends.FindAsync(due.Keys, ct));
        _failed.RemoveWhere(due.ContainsKey);
        _failed.UnionWith(plans.Keys);
        if (plans.Count == 0)
        {
            yield break;
        }

        var places = plans.ToDictionary(lane => lane.Key, lane => lane.Value.Target);
        var found = await starts.FindAsync(places, lane => due[lane].Left, ct);
        var equal = found.Where(lane => plans[lane.Key].KeepsOffsets && lane.Value.Halt is null).ToDictionary();
        if (equal.Count > 0)
        {
            foreach (var opening in await Equal!.FindAsync(equal, plans, ct))
            {
                _failed.Remove(opening.Lane);
                yield return opening;
            }
        }

        await foreach (var (lane, start) in tails.ThroughAsync(found.Where(lane => !equal.ContainsKey(lane.Key)).ToDictionary(), places,
            ct))
        {
            _failed.Remove(lane);
            yield return LaneOpening.Of(plans[lane], start);
        }

        foreach (var lane in plans.Keys.Where(_failed.Contains))
        {
            yield return LaneOpening.Not(
                lane, starts.Trouble ?? Trouble.Said(TroubleKind.StartUnknown,
                    tails.Trouble ?? $"source: where {lane.Topic}-{lane.Partition} starts cannot be looked up"));
        }
    }

    /// <summary>Their topics are looked at as well: they may be gone.</summary>
    public async Task StoreAsync(IReadOnlyList<Lane> doubtful, CancellationToken ct)
    {
        await Settling.AllAsync(slots.Select(slot => slot.Positions.Rounds.RunNowAsync(ct)));
        await topics.Rounds.RunNowAsync(ct);
    }

    /// <summary>Lanes that were in doubt, and whose topic came back without their partitions.</summary>
    private List<Loss> Shrunk(IReadOnlyDictionary<TopicPartition, OwnedLane> due)
    {
        var standing = topics.Standing;
        List<Loss> lost = [];
        foreach (var (lane, owned) in due)
        {
            if (owned.Left is { Offset: var offset } && standing.TryGetValue(lane.Topic, out var topic)
                && lane.Partition >= topic.Topic.Partitions)
            {
                lost.Add(LossJudge.Shrunk(lane, topic.Topic.Partitions, offset));
            }
        }

        return lost;
    }

    private Dictionary<TopicPartition, LanePlan> Plans(IReadOnlyDictionary<TopicPartition, LogBound?> lanes)
    {
        var standing = topics.Standing;
        Dictionary<TopicPartition, LanePlan> plans = [];
        foreach (var (lane, until) in lanes)
        {
            if (standing.TryGetValue(lane.Topic, out var topic) && lane.Partition < topic.Lanes)
            {
                plans[lane] = new LanePlan(lane, topic.Topic.Remote, topic.TargetPartitions, ByKey: false, topic.MaxMessageBytes)
                {
                    Codec = Codec,
                    Rules = Rules(lane),
                    Delay = Delay(lane.Topic),
                    Windows = Windows(lane.Topic),
                    Until = until,
                    KeepsOffsets = Equal?.Topics.Has(lane.Topic) == true,
                };
            }
        }

        return plans;
    }
}

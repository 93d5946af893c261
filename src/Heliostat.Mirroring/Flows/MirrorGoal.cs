using Heliostat.Client.Groups;
using Heliostat.Mirroring.Clusters;

namespace Heliostat.Mirroring.Flows;

/// <summary>
/// The end of a mirror that was asked to stop once everything present at its start is on the target. For partitions that another process
/// of the group owns, what that one committed counts.
/// </summary>
internal sealed class MirrorGoal(IReadOnlyDictionary<TopicPartition, long> ends, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan CommittedInterval = TimeSpan.FromSeconds(2);

    /// <summary>Ends when every partition has reached its end, or will not as its lane is halted.</summary>
    public async Task RunAsync(IReadOnlyList<FlowSlot> slots, ConsumerGroup group, CancellationToken ct)
    {
        using var timer = new PeriodicTimer(Interval, time);
        var left = ends.Where(end => end.Value > 0).ToDictionary();
        var asked = time.GetTimestamp();
        while (left.Count > 0)
        {
            await timer.WaitForNextTickAsync(ct);
            foreach (var lane in slots.SelectMany(slot => slot.Lanes.Open))
            {
                Reached(left, lane.Plan.Source, lane.Position.Offset);
            }

            if (left.Count > 0 && time.GetElapsedTime(asked) > CommittedInterval)
            {
                await ReachedByOthersAsync(left, slots, group, ct);
                asked = time.GetTimestamp();
                if (AreHalted(left, slots))
                {
                    return;
                }
            }
        }
    }

    private static bool AreHalted(Dictionary<TopicPartition, long> left, IReadOnlyList<FlowSlot> slots)
    {
        var halted = slots.SelectMany(slot => slot.Halted).Select(lane => new TopicPartition(lane.Topic, lane.Partition)).ToHashSet();
        return left.Keys.All(halted.Contains);
    }

    private static void Reached(Dictionary<TopicPartition, long> left, TopicPartition partition, long position)
    {
        if (left.TryGetValue(partition, out var end) && position >= end)
        {
            left.Remove(partition);
        }
    }

    /// <summary>
    /// What is committed for partitions of our own may be of another target, or of a topic that is no more there. Partitions of a topic
    /// that our member did not join for are nobody's yet.
    /// </summary>
    private static async Task ReachedByOthersAsync(Dictionary<TopicPartition, long> left, IReadOnlyList<FlowSlot> slots,
        ConsumerGroup group, CancellationToken ct)
    {
        var membership = group.Membership;
        if (membership is not { Generation: >= 0, IsRebalancing: false })
        {
            return;
        }

        var ours = slots.SelectMany(slot => slot.Owned).Concat(membership.Assigned);
        TopicPartition[] others = [.. left.Keys.Where(partition => membership.Topics.Contains(partition.Topic)).Except(ours)];
        if (others.Length == 0)
        {
            return;
        }

        try
        {
            foreach (var (partition, committed) in (await group.FetchOffsetsAsync(others, requireStable: false, ct)).Offsets)
            {
                Reached(left, partition, committed.Offset);
            }
        }
        catch (Exception failure) when (ClientFailure.IsExpected(failure))
        {
            // Asked again at the next interval.
        }
    }
}

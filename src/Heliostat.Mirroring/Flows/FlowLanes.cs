using System.Threading.Channels;
using Heliostat.Client;
using Heliostat.Configuration.Losses;
using Heliostat.Mirroring.Losses;
using Heliostat.Mirroring.Ownership;
using Heliostat.Mirroring.Pump;
using Heliostat.Mirroring.Topics;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Flows;

/// <summary>
/// The lanes of a flow in its slots: opened where their logs allow it, halted where not, closed and looked at again when they are in doubt. For one caller at a time,
/// but for <see cref="Doubt"/>.
/// </summary>
internal sealed partial class FlowLanes(
    FlowStarts starts, FlowTails tails, LossBook book, IReadOnlyList<FlowSlot> slots, Everything owner, ILogger logger)
{
    private readonly Channel<bool> _doubts = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Dictionary<TopicPartition, FlowSlot> _slots = [];
    private readonly HashSet<TopicPartition> _closed = [];
    private readonly HashSet<TopicPartition> _resumed = [];
    private readonly Lock _gate = new();

    /// <summary>Why some lanes of the last round have no start though their cluster answers; null where all have one.</summary>
    public string? Trouble => starts.Trouble ?? tails.Trouble;

    /// <summary>A lane wants to be looked at.</summary>
    public void Doubt() => _doubts.Writer.TryWrite(true);

    /// <summary>Somebody decided how these halted lanes go on: they are opened in the next round.</summary>
    public void GoOn(IEnumerable<TopicPartition> lanes)
    {
        lock (_gate)
        {
            _resumed.UnionWith(lanes);
        }

        Doubt();
    }

    /// <summary>Ends when lanes are to be looked at.</summary>
    public Task WaitForDoubtAsync(CancellationToken ct) => _doubts.Reader.ReadAsync(ct).HereAsync();

    /// <summary>Closes the lanes that are in doubt, with their last positions stored.</summary>
    public async Task CloseDoubtfulAsync(CancellationToken ct)
    {
        var doubtful = slots.SelectMany(slot => slot.Lanes.Open).Where(lane => lane.Snapshot().WantsCheck).ToList();
        if (doubtful.Count == 0)
        {
            return;
        }

        await Settling.AllAsync(slots.Select(slot => slot.Positions.Rounds.RunNowAsync(ct)));
        foreach (var lane in doubtful)
        {
            var source = lane.Plan.Source;
            var slot = _slots[source];
            starts.Remember(source, lane.Position);
            slot.Factory.Close(lane);
            slot.Lanes.Reopen(source);
            _closed.Add(source);
            if (lane.Gone)
            {
                Gone(slot, source, lane.Position.Offset, LossKind.Gone, $"source: topic {source.Topic} is gone; partition {source.Partition} was mirrored up to offset {lane.Position.Offset}");
            }
        }
    }

    /// <summary>Opens what has no lane and can have one; false when some could not be opened now.</summary>
    /// <param name="ready">The topics whose mirror stands.</param>
    /// <param name="seen">All topics that the source has.</param>
    /// <param name="ct">Ends it.</param>
    public async Task<bool> OpenAsync(IReadOnlyList<ReadyTopic> ready, FlowTopics seen, CancellationToken ct)
    {
        starts.See(seen);
        var missing = Missing(ready);
        if (missing.Count == 0)
        {
            return true;
        }

        var places = missing.ToDictionary(lane => lane.Key, lane => new TopicPartition(lane.Value.Topic.Remote, lane.Key.Partition));
        var (opened, halted) = (0, 0);
        await foreach (var (lane, start) in tails.ThroughAsync(await starts.FindAsync(places, ct), places, ct))
        {
            Open(lane, missing[lane], start);
            (opened, halted) = start.Halt is null ? (opened + 1, halted) : (opened, halted + 1);
        }

        LogOpened(logger, opened, halted, _slots.Count);
        return opened + halted == missing.Count;
    }

    private Dictionary<TopicPartition, ReadyTopic> Missing(IReadOnlyList<ReadyTopic> ready)
    {
        lock (_gate)
        {
            _closed.UnionWith(_resumed);
            _resumed.Clear();
        }

        Dictionary<TopicPartition, ReadyTopic> missing = [];
        foreach (var topic in ready)
        {
            for (var partition = 0; partition < Math.Min(topic.Topic.Partitions, topic.TargetPartitions); partition++)
            {
                var lane = new TopicPartition(topic.Topic.Source, partition);
                if (!_slots.ContainsKey(lane) || _closed.Contains(lane))
                {
                    missing[lane] = topic;
                }
            }
        }

        foreach (var lane in slots.SelectMany(slot => slot.Lanes.Open))
        {
            DoubtTarget(lane, ready);
        }

        return missing;
    }

    /// <summary>A mirror that was deleted and made anew does not hold what was mirrored before.</summary>
    private static void DoubtTarget(Lane lane, IReadOnlyList<ReadyTopic> ready)
    {
        var now = ready.FirstOrDefault(topic => topic.Topic.Source == lane.Plan.Source.Topic)?.TargetId ?? Guid.Empty;
        if (now != Guid.Empty && lane.Plan.Topics.Target != Guid.Empty && now != lane.Plan.Topics.Target)
        {
            lane.Doubt($"target: topic {lane.Plan.TargetTopic} has another id");
        }
    }

    private void Open(TopicPartition lane, ReadyTopic topic, LaneStart start)
    {
        if (!_slots.TryGetValue(lane, out var slot))
        {
            if (owner.Give(lane) is not FlowSlot given)
            {
                return;
            }

            _slots[lane] = slot = given;
        }

        _closed.Remove(lane);
        if (start.Halt is { } halt)
        {
            slot.Factory.Halt(lane, start.Position.Offset, start.IsDecided ? halt.Cause : book.CauseOf(halt));
            return;
        }

        var plan = new LanePlan(lane, topic.Topic.Remote, topic.TargetPartitions, ByKey: false, topic.MaxMessageBytes) { Topics = start.Topics };
        slot.Factory.Open(plan, start.Position, slot.Lanes.Reopen(lane));
    }

    private void Gone(FlowSlot slot, TopicPartition lane, long position, LossKind kind, string cause)
    {
        var action = book.Policies.Of(kind, lane.Topic);
        book.Tell(new Loss(lane, kind, position, null, cause), action);
        if (action == LossAction.Halt)
        {
            slot.Factory.Halt(lane, position, cause + "; it goes on by itself if it comes back as the same topic");
        }
        else
        {
            slot.Lanes.Disown([lane]);
            slot.Factory.Forget(lane);
            owner.Forget(lane);
            _slots.Remove(lane);
            _closed.Remove(lane);
        }
    }

    [LoggerMessage(EventIds.FlowLanesOpened, LogLevel.Information, "lanes opened: {Count}, halted: {Halted}, in all: {Total}")]
    private static partial void LogOpened(ILogger logger, int count, int halted, int total);
}

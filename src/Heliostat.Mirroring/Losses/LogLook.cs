using Heliostat.Client.Admin;
using Heliostat.Client.Routing;
using Heliostat.Mirroring.Pump;
using Heliostat.Transport.Waiting;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Losses;

/// <summary>Asks both clusters what <see cref="LossJudge"/> wants to know, all lanes side by side.</summary>
internal sealed class LogLook(LogSide source, LogSide target)
{
    public LogSide Source => source;

    public LogSide Target => target;

    /// <summary>Looks with these clients.</summary>
    /// <param name="source">Reads the source; running.</param>
    /// <param name="target">Reads the target, whatever its transactions; running.</param>
    /// <param name="isolation">Which of the source's records are mirrored.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">For the fetches.</param>
    public static LogLook Over(KafkaClient source, KafkaClient target, IsolationLevel isolation, TimeProvider time,
        ILoggerFactory loggers) => new(
            new LogSide(source, isolation, time, loggers), new LogSide(target, IsolationLevel.ReadUncommitted, time, loggers));

    /// <summary>The facts of each lane; what a cluster could not say of one now is missing with it.</summary>
    public async Task<Dictionary<TopicPartition, LaneFacts>> AskAsync(IReadOnlyDictionary<TopicPartition, StoredLane> lanes,
        CancellationToken ct)
    {
        var sources = await source.TopicsAsync([.. lanes.Keys.Select(lane => lane.Topic).Distinct()], ct);
        var targets = await target.TopicsAsync([.. lanes.Values.Select(lane => lane.TargetTopic).Distinct()], ct);
        TopicPartition[] there =
            [.. lanes.Keys.Where(lane => sources.TryGetValue(lane.Topic, out var topic) && lane.Partition < topic.Partitions)];
        TopicPartition[] places = [.. there
            .Select(lane => lanes[lane]).Where(lane => lane.WantsTargetEnd).Select(lane => lane.Target!.Value)];
        var (starts, targetEnds) =
            await BothAsync(source.OffsetsAsync(there, OffsetSpec.Earliest, ct), target.OffsetsAsync(places, OffsetSpec.Latest, ct));
        // Leaders that did not tell are not waited for again.
        var told = starts.Keys;
        var (ends, epochs) = await BothAsync(
            source.OffsetsAsync(told, OffsetSpec.Latest, ct),
            source.EpochEndsAsync(told.Where(lane => lanes[lane].Position.LeaderEpoch >= 0)
                .ToDictionary(lane => lane, lane => lanes[lane].Position.LeaderEpoch), ct));
        Dictionary<TopicPartition, LaneFacts> facts = [];
        foreach (var (lane, stored) in lanes)
        {
            var topic = sources.GetValueOrDefault(lane.Topic);
            var isThere = topic is not null && lane.Partition < topic.Partitions;
            var isTargetKnown = !stored.WantsTargetEnd || targetEnds.ContainsKey(stored.Target!.Value);
            if (!sources.ContainsKey(lane.Topic) || !targets.ContainsKey(stored.TargetTopic)
                || (isThere && !(starts.ContainsKey(lane) && ends.ContainsKey(lane) && isTargetKnown)))
            {
                continue;
            }

            facts[lane] = new LaneFacts
            {
                Position = stored.Position,
                Topics = new TopicIds(topic!.Id, targets[stored.TargetTopic].Id),
                SourcePartitions = topic.Partitions,
                LogStart = starts.GetValueOrDefault(lane, -1),
                LogEnd = ends.GetValueOrDefault(lane, -1),
                EpochEnd = epochs.TryGetValue(lane, out var end) ? end : null,
                TargetEnd = stored.Target is { } at ? End(stored.Position, targetEnds.GetValueOrDefault(at, -1)) : -1,
            };
        }

        return await WithRecordsAsync(lanes, await WithVoidsAsync(lanes, facts, ct), ct);
    }

    /// <summary>
    /// Where records were committed with their position, its place on the target holds one: otherwise the log lost its end, and what came
    /// since hides that.
    /// </summary>
    private async Task<Dictionary<TopicPartition, LaneFacts>> WithVoidsAsync(
        IReadOnlyDictionary<TopicPartition, StoredLane> lanes,
        Dictionary<TopicPartition, LaneFacts> facts,
        CancellationToken ct)
    {
        List<TopicPartition> asked =
            [.. lanes.Keys.Where(lane => lanes[lane].Target is not null && facts.GetValueOrDefault(lane) is { HasPlace: true })];
        if (asked.Count == 0)
        {
            return facts;
        }

        var places = asked.ToDictionary(lane => lanes[lane].Target!.Value, lane => lanes[lane].Position.LastTargetOffset);
        var voids = await target.VoidsAsync(places, ct);
        foreach (var lane in asked.Where(lane => voids.Contains(lanes[lane].Target!.Value)))
        {
            facts[lane] = facts[lane] with { IsVoid = true };
        }

        return facts;
    }

    private static async Task<(T One, T Other)> BothAsync<T>(Task<T> one, Task<T> other)
    {
        await Settling.AllAsync(one, other);
        return (await one, await other);
    }

    /// <summary>What came after a loss that a lane saw is none of what was mirrored before it.</summary>
    private static long End(LanePosition position, long end) => position.TargetEnd is { } seen && end >= 0 ? Math.Min(seen, end) : end;

    private async Task<Dictionary<TopicPartition, LaneFacts>> WithRecordsAsync(
        IReadOnlyDictionary<TopicPartition, StoredLane> lanes, Dictionary<TopicPartition, LaneFacts> facts, CancellationToken ct)
    {
        TopicPartition[] unsure = [.. facts
            .Where(lane => lane.Value.NeedsRecord && lanes[lane.Key].Target is not null).Select(lane => lane.Key)];
        if (unsure.Length == 0)
        {
            return facts;
        }

        var here = source.RecordsAsync(unsure.ToDictionary(lane => lane, lane => lanes[lane].Position.Offset - 1), ct);
        var there =
            target.RecordsAsync(unsure.ToDictionary(lane => lanes[lane].Target!.Value, lane => lanes[lane].Position.LastTargetOffset), ct);
        await Settling.AllAsync(here, there);
        foreach (var lane in unsure)
        {
            if ((await here).TryGetValue(lane, out var original) && (await there).TryGetValue(lanes[lane].Target!.Value, out var copy))
            {
                facts[lane] = facts[lane] with { IsSameRecord = original == copy };
            }
        }

        return facts;
    }
}

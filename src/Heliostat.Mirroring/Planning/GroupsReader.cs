using Heliostat.Client;
using Heliostat.Client.Admin;
using Heliostat.Configuration.Options;
using Heliostat.MirrorClient.Positions;
using Heliostat.Mirroring.Clusters;
using Heliostat.Mirroring.Flows;
using Heliostat.Mirroring.Groups;
using Heliostat.Mirroring.InternalTopics;
using Heliostat.Mirroring.Topics;
using Heliostat.Transport;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Planning;

/// <summary>
/// Tells where each group of a flow stands on both sides, from what lies in Kafka alone: no flow need be running, and nothing is written.
/// </summary>
public sealed class GroupsReader(TimeProvider time, ILoggerFactory loggers)
{
    private const long BufferBytes = 32 * 1024 * 1024;

    /// <summary>Reads one flow.</summary>
    /// <exception cref="KafkaErrorException">A cluster refuses to tell.</exception>
    /// <exception cref="KafkaConnectionException">A cluster does not answer.</exception>
    public async Task<FlowGroups> ReadAsync(FlowOptions flow, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(flow);
        var rules = TopicRules.Of(flow);
        var names = new FlowTopicNames(flow);
        await using var clients = new FlowClients(flow, new FramePool(BufferBytes), time, loggers);
        await clients.AskAsync(ct);
        var state = new FlowState(flow, names, clients, time, loggers, loggers.CreateLogger<GroupsReader>());
        await state.ReadAsync(ct);
        foreach (var lane in state.Positions.Stored.Keys)
        {
            var position = state.Positions.Find(lane)!.Value;
            state.Offsets.Resume(lane, new TopicPartition(rules.Remote(lane.Topic), lane.Partition), position, position, targetEnd: null);
        }

        var (source, target) = (clients.OnSource, clients.OnTarget);
        var groups = new SourceGroups(source, flow, loggers.CreateLogger<GroupsReader>());
        var committed = await groups.OffsetsAsync(await groups.ListAsync(ct), ct);
        var there = await target.ListGroupOffsetsAsync([.. committed.Keys], ct);
        var states = SourceGroups.States((await target.ListGroupsAsync(ct)).Groups);
        var partitions = committed.Values.SelectMany(offsets => offsets.Keys).Distinct().ToList();
        var sourceEnds = await source.ToldOffsetsAsync(partitions, OffsetSpec.Latest, ct);
        var targetEnds = await target.ToldOffsetsAsync(partitions.Select(partition => Remote(rules, partition)), OffsetSpec.Latest, ct);
        var equal = partitions.Where(partition => flow.Equal.Topics.Has(partition.Topic))
            .ToDictionary(partition => partition, partition => Remote(rules, partition));
        var stands = await EqualStands.ReadAsync(flow, equal, time, loggers, ct);
        var checkpoints = state.Checkpoints.All();

        List<GroupPosition> positions = [];
        foreach (var (group, offsets) in committed)
        {
            foreach (var (partition, offset) in offsets)
            {
                var remote = Remote(rules, partition);
                var exact = state.Offsets.Translate(partition, offset.Offset);
                var position = new GroupPosition
                {
                    Group = group,
                    Topic = partition.Topic,
                    Partition = partition.Partition,
                    SourceOffset = offset.Offset,
                    SourceLag = Lag(sourceEnds, partition, offset.Offset),
                    TargetTopic = remote.Topic,
                    TargetOffset = exact?.Offset,
                    Precision = exact?.Precision,
                    Written = there.TryGetValue(group, out var written) && written.Offsets.TryGetValue(remote, out var place)
                        ? place.Offset
                        : null,
                    TargetLag = exact is { } known ? Lag(targetEnds, remote, known.Offset) : null,
                    Equality = stands.TryGetValue(partition, out var stand) ? stand.ToString() : null,
                    Checkpoint = checkpoints.TryGetValue(group, out var made) && made.TryGetValue(remote, out var checkpoint)
                        ? checkpoint.DownstreamOffset
                        : null,
                };
                var stored = state.Positions.Stored.TryGetValue(partition, out var lane) ? lane : default(SourcePosition?);
                positions.Add(position with
                {
                    Note = GroupNotes.Of(flow, rules.WhyNot(partition.Topic), stored, states.GetValueOrDefault(group), position)
                });
            }
        }

        return new FlowGroups(
            flow.Name.ToString(), [.. positions
                .OrderBy(p => p.Group, StringComparer.Ordinal).ThenBy(p => p.Topic, StringComparer.Ordinal).ThenBy(p => p.Partition)]);
    }

    private static TopicPartition Remote(TopicRules rules, TopicPartition partition) =>
        new(rules.Remote(partition.Topic), partition.Partition);

    private static long? Lag(Dictionary<TopicPartition, long> ends, TopicPartition partition, long offset) =>
        ends.TryGetValue(partition, out var end) ? Math.Max(0, end - offset) : null;
}

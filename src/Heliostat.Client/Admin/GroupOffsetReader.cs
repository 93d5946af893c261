using Heliostat.Client.Connections;
using Heliostat.Client.Groups;
using Heliostat.Client.Routing;
using Heliostat.Protocol.Messages;
using Heliostat.Transport;
using Heliostat.Transport.Waiting;

namespace Heliostat.Client.Admin;

/// <summary>
/// Reads what many groups have committed: one request for all groups of a coordinator where the brokers know that (KIP-709), else one for
/// each group.
/// </summary>
internal sealed class GroupOffsetReader(KafkaClient client, BackOff backOff, TimeProvider time)
{
    /// <summary>
    /// The positions of each group, of these partitions or of all. Brokers older than 0.10.2 are also asked for what old consumers keep in
    /// ZooKeeper, of partitions that they keep nothing of.
    /// </summary>
    public async ValueTask<IReadOnlyDictionary<string, CommittedOffsets>> ReadAsync(
        IReadOnlyCollection<string> groupIds, IReadOnlyCollection<TopicPartition>? partitions, CancellationToken ct)
    {
        var start = time.GetTimestamp();
        var results = new Dictionary<string, CommittedOffsets>();
        HashSet<string> pending = [.. groupIds];
        for (var attempt = 1; pending.Count > 0; attempt++)
        {
            foreach (var (group, result) in (await Settling.AllAsync((await CoordinatorsAsync(pending, results,
                ct)).Select(node => OffsetsOfAsync(node.Key, [.. node], partitions, ct)))).SelectMany(x => x))
            {
                results[group] = result;
                if (result.ErrorCode is ErrorCode.NotCoordinator or ErrorCode.CoordinatorNotAvailable or ErrorCode.NetworkException)
                {
                    client.ForgetCoordinator(CoordinatorType.Group, group);
                }
            }

            pending.RemoveWhere(group => !results[group].ErrorCode.IsRetriable());
            if (pending.Count == 0 || time.GetElapsedTime(start) >= client.Options.CallTimeout)
            {
                break;
            }

            await Task.Delay(backOff.Next(attempt), time, ct);
        }

        return results;
    }

    private async Task<IEnumerable<IGrouping<int, string>>> CoordinatorsAsync(IEnumerable<string> groupIds,
        Dictionary<string, CommittedOffsets> failed, CancellationToken ct)
    {
        List<(string Group, int Node)> found = [];
        foreach (var group in groupIds)
        {
            try
            {
                found.Add((group, await client.FindCoordinatorAsync(CoordinatorType.Group, group, ct)));
            }
            catch (KafkaErrorException e)
            {
                failed[group] = Failed(e.Code);
            }
        }

        return found.GroupBy(place => place.Node, place => place.Group);
    }

    private async Task<IEnumerable<(string Group, CommittedOffsets Result)>> OffsetsOfAsync(int node, string[] groups,
        IReadOnlyCollection<TopicPartition>? partitions, CancellationToken ct)
    {
        try
        {
            var connection = await client.ConnectionAsync(node, ConnectionPurpose.General, ct);
            if (groups.Length == 1 || partitions is not null || !connection.Supports(Api.OffsetFetch, 8))
            {
                List<(string, CommittedOffsets)> each = [];
                foreach (var group in groups)
                {
                    each.Add((group, await OffsetsOfAsync(connection, group, partitions, ct)));
                }

                return each;
            }

            var answer = await connection.CallAsync(new OffsetFetchRequest
            {
                Groups = [.. groups.Select(group => new OffsetFetchRequestGroup { GroupId = group, Topics = null })]
            }, ct);
            return answer.Groups.Select(group => (group.GroupId, Read(group)));
        }
        catch (KafkaConnectionException)
        {
            return groups.Select(group => (group, Failed(ErrorCode.NetworkException)));
        }
    }

    private static async Task<CommittedOffsets> OffsetsOfAsync(BrokerConnection connection, string group,
        IReadOnlyCollection<TopicPartition>? partitions, CancellationToken ct)
    {
        var kept = Read(await connection.CallAsync(Request(group, partitions), ct));
        if (partitions is null || connection.Supports(Api.OffsetFetch, 2))
        {
            return kept;
        }

        var old = Read(
            await connection.CallAsync(new OffsetFetchRequest { GroupId = group, Topics = Named(partitions), OfZooKeeper = true }, ct));
        return new CommittedOffsets(kept.ErrorCode, old.Offsets
            .Concat(kept.Offsets).GroupBy(at => at.Key, at => at.Value).ToDictionary(at => at.Key, at => at.Last()), kept.Errors);
    }

    private static OffsetFetchRequest Request(string group, IReadOnlyCollection<TopicPartition>? partitions) => partitions is null
        ? new() { GroupId = group, Topics = null, Groups = [new OffsetFetchRequestGroup { GroupId = group, Topics = null }] }
        : new() { GroupId = group, Topics = Named(partitions) };

    private static List<OffsetFetchRequestTopic> Named(IReadOnlyCollection<TopicPartition> partitions) =>
        [.. partitions
            .GroupBy(p => p.Topic, p => p.Partition).Select(t => new OffsetFetchRequestTopic { Name = t.Key, PartitionIndexes = [.. t] })];

    private static CommittedOffsets Read(OffsetFetchResponse response) => response.Groups.Count > 0
        ? Read(response.Groups[0])
        : Sorted(response.ErrorCode, response.Topics.SelectMany(t => t.Partitions, (t, p) => (
            new TopicPartition(t.Name, p.PartitionIndex),
            new OffsetAndMetadata(p.CommittedOffset, p.CommittedLeaderEpoch, p.Metadata ?? ""), p.ErrorCode)));

    private static CommittedOffsets Read(OffsetFetchResponseGroup group) =>
        Sorted(group.ErrorCode, group.Topics.SelectMany(t => t.Partitions, (t, p) => (
            new TopicPartition(t.Name, p.PartitionIndex),
            new OffsetAndMetadata(p.CommittedOffset, p.CommittedLeaderEpoch, p.Metadata ?? ""), p.ErrorCode)));

    private static CommittedOffsets Sorted(ErrorCode code,
        IEnumerable<(TopicPartition Partition, OffsetAndMetadata Offset, ErrorCode Code)> rows)
    {
        var offsets = new Dictionary<TopicPartition, OffsetAndMetadata>();
        var errors = new Dictionary<TopicPartition, ErrorCode>();
        foreach (var row in rows)
        {
            if (row.Code != ErrorCode.None)
            {
                errors[row.Partition] = row.Code;
            }
            else if (row.Offset.Offset >= 0)
            {
                offsets[row.Partition] = row.Offset;
            }
        }

        return new CommittedOffsets(code, offsets, errors);
    }

    private static CommittedOffsets Failed(ErrorCode code) =>
        new(code, new Dictionary<TopicPartition, OffsetAndMetadata>(), new Dictionary<TopicPartition, ErrorCode>());
}

using Heliostat.Client.Connections;
using Heliostat.Client.Groups;
using Heliostat.Protocol.Messages;
using Heliostat.Transport;
using Heliostat.Transport.Waiting;

namespace Heliostat.Client.Admin;

/// <remarks>Positions of many groups: one request for all groups of a coordinator where the brokers know that (KIP-709), else one for each group.</remarks>
public sealed partial class AdminClient
{
    /// <summary>The positions of each group. One that cannot be read within <see cref="ClientOptions.CallTimeout"/> has the last error and no positions.</summary>
    public async ValueTask<IReadOnlyDictionary<string, CommittedOffsets>> ListGroupOffsetsAsync(IReadOnlyCollection<string> groupIds, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(groupIds);
        var start = time.GetTimestamp();
        var results = new Dictionary<string, CommittedOffsets>();
        HashSet<string> pending = [.. groupIds];
        for (var attempt = 1; pending.Count > 0; attempt++)
        {
            foreach (var (group, result) in (await Settling.AllAsync((await CoordinatorsAsync(pending, results, ct)).Select(node => OffsetsOfAsync(node.Key, [.. node], ct)))).SelectMany(x => x))
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

            await Task.Delay(_backOff.Next(attempt), time, ct);
        }

        return results;
    }

    private async Task<IEnumerable<IGrouping<int, string>>> CoordinatorsAsync(IEnumerable<string> groupIds, Dictionary<string, CommittedOffsets> failed, CancellationToken ct)
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

    private async Task<IEnumerable<(string Group, CommittedOffsets Result)>> OffsetsOfAsync(int node, string[] groups, CancellationToken ct)
    {
        try
        {
            var connection = await client.ConnectionAsync(node, ConnectionPurpose.General, ct);
            if (groups.Length == 1 || !connection.Supports(Api.OffsetFetch, 8))
            {
                List<(string, CommittedOffsets)> each = [];
                foreach (var group in groups)
                {
                    each.Add((group, Read(await connection.CallAsync(AllOffsets(group), ct))));
                }

                return each;
            }

            var answer = await connection.CallAsync(new OffsetFetchRequest { Groups = [.. groups.Select(group => new OffsetFetchRequestGroup { GroupId = group, Topics = null })] }, ct);
            return answer.Groups.Select(group => (group.GroupId, Read(group)));
        }
        catch (KafkaConnectionException)
        {
            return groups.Select(group => (group, Failed(ErrorCode.NetworkException)));
        }
    }

    private static OffsetFetchRequest AllOffsets(string group) =>
        new() { GroupId = group, Topics = null, Groups = [new OffsetFetchRequestGroup { GroupId = group, Topics = null }] };

    private static CommittedOffsets Read(OffsetFetchResponse response) => response.Groups.Count > 0
        ? Read(response.Groups[0])
        : Sorted(response.ErrorCode, response.Topics.SelectMany(t => t.Partitions, (t, p) => (
            new TopicPartition(t.Name, p.PartitionIndex), new OffsetAndMetadata(p.CommittedOffset, p.CommittedLeaderEpoch, p.Metadata ?? ""), p.ErrorCode)));

    private static CommittedOffsets Read(OffsetFetchResponseGroup group) => Sorted(group.ErrorCode, group.Topics.SelectMany(t => t.Partitions, (t, p) => (
        new TopicPartition(t.Name, p.PartitionIndex), new OffsetAndMetadata(p.CommittedOffset, p.CommittedLeaderEpoch, p.Metadata ?? ""), p.ErrorCode)));

    private static CommittedOffsets Sorted(ErrorCode code, IEnumerable<(TopicPartition Partition, OffsetAndMetadata Offset, ErrorCode Code)> rows)
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

    private static CommittedOffsets Failed(ErrorCode code) => new(code, new Dictionary<TopicPartition, OffsetAndMetadata>(), new Dictionary<TopicPartition, ErrorCode>());
}

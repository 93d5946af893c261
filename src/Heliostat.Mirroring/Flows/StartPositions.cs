using Heliostat.Client;
using Heliostat.Client.Admin;
using Heliostat.Client.Groups;
using Heliostat.Mirroring.Configuration;
using Heliostat.Mirroring.Pump;
using Heliostat.Protocol.Messages;

namespace Heliostat.Mirroring.Flows;

/// <summary>Where lanes start: at the group's committed offset, or where <c>auto.offset.reset</c> says when there is none.</summary>
internal sealed class StartPositions(ConsumerGroup group, AdminClient source, SourceClientOptions options)
{
    /// <summary>The start of each partition that could be found out now.</summary>
    /// <exception cref="ConfigurationException">A partition has no committed offset and <c>auto.offset.reset</c> is <c>none</c>.</exception>
    public async Task<IReadOnlyDictionary<TopicPartition, LanePosition>> FindAsync(IReadOnlyCollection<TopicPartition> partitions, CancellationToken ct)
    {
        var committed = await group.FetchOffsetsAsync(partitions, requireStable: false, ct);
        if (committed.ErrorCode != ErrorCode.None)
        {
            throw new KafkaErrorException(committed.ErrorCode, $"source: committed offsets of group '{options.GroupId}'");
        }

        var starts = committed.Offsets.ToDictionary(entry => entry.Key, entry => new LanePosition(entry.Value.Offset, entry.Value.LeaderEpoch));
        List<TopicPartition> fresh = [.. partitions.Where(partition => !starts.ContainsKey(partition) && !committed.Errors.ContainsKey(partition))];
        if (fresh.Count > 0)
        {
            await ResetAsync(fresh, starts, ct);
        }

        return starts;
    }

    private async Task ResetAsync(List<TopicPartition> fresh, Dictionary<TopicPartition, LanePosition> starts, CancellationToken ct)
    {
        if (options.AutoOffsetReset == AutoOffsetReset.None)
        {
            throw new ConfigurationException(
                $"source: group '{options.GroupId}' has no committed offset for {fresh[0].Topic}-{fresh[0].Partition} and auto.offset.reset is 'none'");
        }

        var at = options.AutoOffsetReset == AutoOffsetReset.Latest ? OffsetSpec.Latest : OffsetSpec.Earliest;
        var found = await source.ListOffsetsAsync(fresh.ToDictionary(partition => partition, _ => at), Client.IsolationLevel.ReadUncommitted, ct);
        foreach (var (partition, result) in found)
        {
            if (result.ErrorCode == ErrorCode.None)
            {
                starts[partition] = new LanePosition(result.Offset, -1);
            }
        }
    }
}

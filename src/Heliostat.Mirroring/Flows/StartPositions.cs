using Heliostat.Client;
using Heliostat.Client.Admin;
using Heliostat.Client.Groups;
using Heliostat.Client.Routing;
using Heliostat.Configuration;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Pump;
using Heliostat.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Flows;

/// <summary>
/// Where lanes start: at the group's committed offset, or where <c>auto.offset.reset</c> says when there is none; or further, where this process itself
/// got further and could not commit it (<see cref="KnownPositions"/>).
/// </summary>
internal sealed partial class StartPositions(
    ConsumerGroup group, KafkaClient client, AdminClient source, SourceOptions options, KnownPositions known, ILogger logger)
{
    /// <summary>The start of each partition that could be found out now, and why the others could not.</summary>
    /// <exception cref="ConfigurationException">A partition has no committed offset and <c>auto.offset.reset</c> is <c>none</c>.</exception>
    public async Task<FoundStarts> FindAsync(IReadOnlyCollection<TopicPartition> partitions, CancellationToken ct)
    {
        var committed = await group.FetchOffsetsAsync(partitions, requireStable: false, ct);
        if (committed.ErrorCode != ErrorCode.None)
        {
            throw new KafkaErrorException(committed.ErrorCode, $"source: committed offsets of group '{options.Group.GroupId}' ({committed.ErrorCode.Name()})");
        }

        var starts = committed.Offsets.ToDictionary(entry => entry.Key, entry => new LanePosition(entry.Value.Offset, entry.Value.LeaderEpoch));
        Resume([.. partitions.Where(partition => !committed.Errors.ContainsKey(partition))], starts);
        var errors = new Dictionary<TopicPartition, ErrorCode>(committed.Errors);
        List<TopicPartition> fresh = [.. partitions.Where(partition => !starts.ContainsKey(partition) && !committed.Errors.ContainsKey(partition))];
        if (fresh.Count > 0)
        {
            await ResetAsync(fresh, starts, errors, ct);
        }

        return new FoundStarts(starts, errors);
    }

    private void Resume(List<TopicPartition> partitions, Dictionary<TopicPartition, LanePosition> starts)
    {
        var resumed = 0;
        var ahead = 0L;
        foreach (var partition in partitions)
        {
            var topicId = client.Metadata.Current.Topics.GetValueOrDefault(partition.Topic)?.TopicId ?? Guid.Empty;
            var committed = starts.TryGetValue(partition, out var start) ? start.Offset : (long?)null;
            if (known.Resume(partition, committed, topicId) is { } further)
            {
                starts[partition] = further;
                resumed++;
                ahead += further.Offset - (committed ?? 0);
            }
        }

        if (resumed > 0)
        {
            LogResumed(logger, resumed, ahead);
        }
    }

    private async Task ResetAsync(
        List<TopicPartition> fresh, Dictionary<TopicPartition, LanePosition> starts, Dictionary<TopicPartition, ErrorCode> errors, CancellationToken ct)
    {
        if (options.AutoOffsetReset == AutoOffsetReset.None)
        {
            throw new ConfigurationException(
                $"source: group '{options.Group.GroupId}' has no committed offset for {fresh[0].Topic}-{fresh[0].Partition} and auto.offset.reset is 'none'");
        }

        var at = options.AutoOffsetReset == AutoOffsetReset.Latest ? OffsetSpec.Latest : OffsetSpec.Earliest;
        var found = await source.ListOffsetsAsync(fresh.ToDictionary(partition => partition, _ => at), Client.IsolationLevel.ReadUncommitted, ct);
        foreach (var (partition, result) in found)
        {
            if (result.ErrorCode == ErrorCode.None)
            {
                starts[partition] = new LanePosition(result.Offset, -1);
            }
            else
            {
                errors[partition] = result.ErrorCode;
            }
        }
    }

    [LoggerMessage(EventIds.Resumed, LogLevel.Information, "{Count} partitions came back and go on where the target had acknowledged all, {Offsets} offsets after what is committed: nobody committed in between")]
    private static partial void LogResumed(ILogger logger, int count, long offsets);
}

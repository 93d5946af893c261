using Heliostat.Client.Connections;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Wire;
using Heliostat.Transport;
using Heliostat.Transport.Waiting;

namespace Heliostat.Client.Admin;

/// <remarks>
/// Offsets: asked of the partitions' leaders, all brokers side by side. What fails because a leader moved or a broker is away is asked
/// again, of the leader that fresh metadata names, for <see cref="ClientOptions.CallTimeout"/>; then the last error stands for the
/// partition (NETWORK_EXCEPTION when no answer came).
/// </remarks>
public sealed partial class AdminClient
{
    private const int NoSuchPartition = -2;

    /// <summary>
    /// A topic that fresh metadata does not have so many times in a row does not exist; after less it may be too new for the broker asked.
    /// </summary>
    private const int LooksForUnknown = 3;

    /// <summary>Finds offsets by timestamp in milliseconds or by <see cref="OffsetSpec"/>.</summary>
    public async ValueTask<Dictionary<TopicPartition, ListedOffset>> ListOffsetsAsync(
        IReadOnlyDictionary<TopicPartition, long> timestamps, IsolationLevel isolationLevel, CancellationToken ct)
    {
        try
        {
            return await AskOffsetsAsync(timestamps, isolationLevel, ct);
        }
        catch (KafkaErrorException e) when (e.Code == ErrorCode.UnsupportedVersion && isolationLevel == IsolationLevel.ReadCommitted)
        {
            // Before 0.11 there are no transactions: all that is there is committed.
            return await AskOffsetsAsync(timestamps, IsolationLevel.ReadUncommitted, ct);
        }
    }

    private ValueTask<Dictionary<TopicPartition, ListedOffset>> AskOffsetsAsync(
        IReadOnlyDictionary<TopicPartition, long> timestamps, IsolationLevel isolationLevel, CancellationToken ct) =>
        AskLeadersAsync(
            timestamps.Keys,
            topics => new ListOffsetsRequest
            {
                ReplicaId = -1,
                IsolationLevel = isolationLevel,
                TimeoutMs = TimeoutMs,
                Topics =
                [
                    .. topics.Select(topic => new ListOffsetsTopic
                    {
                        Name = topic.Key,
                        Partitions =
                            [.. topic.Select(p => new ListOffsetsPartition { PartitionIndex = p.Partition, Timestamp = timestamps[p] })],
                    }),
                ],
            },
            (ListOffsetsResponse response) => response.Topics.SelectMany(t => t.Partitions.Select(p => (
                new TopicPartition(t.Name, p.PartitionIndex),
                new ListedOffset(p.ErrorCode, p.OldStyleOffsets.Count > 0 ? p.OldStyleOffsets[0] : p.Offset, p.Timestamp, p.LeaderEpoch)))),
            offset => offset.ErrorCode,
            code => new ListedOffset(code, -1, -1, -1),
            ct);

    /// <summary>Asks where leader epochs ended (KIP-320): the end offset of the greatest epoch not above the one named.</summary>
    public ValueTask<Dictionary<TopicPartition, EpochEndOffset>> OffsetsForLeaderEpochAsync(
        IReadOnlyDictionary<TopicPartition, int> leaderEpochs, CancellationToken ct) =>
        AskLeadersAsync(
            leaderEpochs.Keys,
            topics => new OffsetForLeaderEpochRequest
            {
                ReplicaId = -1,
                Topics =
                [
                    .. topics.Select(topic => new OffsetForLeaderTopic
                    {
                        Topic = topic.Key,
                        Partitions =
                            [.. topic.Select(p => new OffsetForLeaderPartition { Partition = p.Partition, LeaderEpoch = leaderEpochs[p] })],
                    }),
                ],
            },
            (OffsetForLeaderEpochResponse response) =>
                response.Topics.SelectMany(t => t.Partitions.Select(p => (new TopicPartition(t.Topic, p.Partition), p))),
            end => end.ErrorCode,
            code => new EpochEndOffset { ErrorCode = code },
            ct);

    /// <summary>Raises log starts to the given offsets; -1 means the high watermark.</summary>
    public ValueTask<Dictionary<TopicPartition, DeleteRecordsPartitionResult>> DeleteRecordsAsync(
        IReadOnlyDictionary<TopicPartition, long> offsets, CancellationToken ct) =>
        AskLeadersAsync(
            offsets.Keys,
            topics => new DeleteRecordsRequest
            {
                TimeoutMs = TimeoutMs,
                Topics =
                [
                    .. topics.Select(topic => new DeleteRecordsTopic
                    {
                        Name = topic.Key,
                        Partitions =
                            [.. topic.Select(p => new DeleteRecordsPartition { PartitionIndex = p.Partition, Offset = offsets[p] })],
                    }),
                ],
            },
            (DeleteRecordsResponse response) =>
                response.Topics.SelectMany(t => t.Partitions.Select(p => (new TopicPartition(t.Name, p.PartitionIndex), p))),
            result => result.ErrorCode,
            code => new DeleteRecordsPartitionResult { ErrorCode = code, LowWatermark = -1 },
            ct);

    private async ValueTask<Dictionary<TopicPartition, TResult>> AskLeadersAsync<TResponse, TResult>(
        IEnumerable<TopicPartition> partitions,
        Func<IEnumerable<IGrouping<string, TopicPartition>>, IRequest<TResponse>> request,
        Func<TResponse, IEnumerable<(TopicPartition Partition, TResult Result)>> read,
        Func<TResult, ErrorCode> errorOf,
        Func<ErrorCode, TResult> failed,
        CancellationToken ct)
        where TResponse : IBody, new()
    {
        var start = time.GetTimestamp();
        var pending = partitions.ToHashSet();
        var results = new Dictionary<TopicPartition, TResult>(pending.Count);
        for (var attempt = 1; pending.Count > 0; attempt++)
        {
            var leaders = await LeadersAsync(pending, fresh: attempt > 1, ct);
            var asked = pending.Where(p => leaders[p] >= 0).GroupBy(p => leaders[p]);
            var answers = await Settling.AllAsync(asked.Select(node => AskNodeAsync(node.Key, [.. node], request, read, failed, ct)));
            foreach (var partition in pending.Where(p => leaders[p] < 0))
            {
                results[partition] = failed(leaders[partition] == NoSuchPartition
                    ? ErrorCode.UnknownTopicOrPartition
                    : ErrorCode.LeaderNotAvailable);
            }

            foreach (var (partition, result) in answers.SelectMany(a => a))
            {
                results[partition] = result;
            }

            pending.RemoveWhere(p => results.TryGetValue(p, out var result)
                && (!errorOf(result).IsRetriable() || (leaders[p] == NoSuchPartition && attempt >= LooksForUnknown)));
            if (pending.Count == 0 || time.GetElapsedTime(start) >= (patience ?? client.Options.CallTimeout))
            {
                break;
            }

            client.Metadata.Invalidate();
            await Task.Delay(_backOff.Next(attempt), time, ct);
        }

        return results;
    }

    private async Task<IEnumerable<(TopicPartition Partition, TResult Result)>> AskNodeAsync<TResponse, TResult>(
        int node,
        TopicPartition[] partitions,
        Func<IEnumerable<IGrouping<string, TopicPartition>>, IRequest<TResponse>> request,
        Func<TResponse, IEnumerable<(TopicPartition Partition, TResult Result)>> read,
        Func<ErrorCode, TResult> failed,
        CancellationToken ct)
        where TResponse : IBody, new()
    {
        try
        {
            var connection = await client.ConnectionAsync(node, ConnectionPurpose.General, ct);
            return read(await connection.CallAsync(request(partitions.GroupBy(p => p.Topic)), ct));
        }
        catch (KafkaConnectionException)
        {
            return partitions.Select(p => (p, failed(ErrorCode.NetworkException)));
        }
    }

    /// <summary>
    /// The leader of each partition, -1 for none, or <see cref="NoSuchPartition"/>: from the cache when it has them all and fresh ones are
    /// not asked for.
    /// </summary>
    private async ValueTask<Dictionary<TopicPartition, int>> LeadersAsync(HashSet<TopicPartition> partitions, bool fresh,
        CancellationToken ct)
    {
        var cached = client.Metadata.Current;
        if (!fresh && partitions.All(p => cached.Find(p) is { Leader: >= 0 }))
        {
            return partitions.ToDictionary(p => p, p => cached.Find(p)!.Leader);
        }

        var topics = await DescribeTopicsAsync([.. partitions.Select(p => p.Topic).Distinct()], ct);
        var known = topics.SelectMany(t => t.Partitions, (t, p) => (t.Name, p.PartitionIndex, p.LeaderId))
            .ToDictionary(p => new TopicPartition(p.Name!, p.PartitionIndex), p => p.LeaderId);
        return partitions.ToDictionary(p => p, p => known.GetValueOrDefault(p, NoSuchPartition));
    }
}

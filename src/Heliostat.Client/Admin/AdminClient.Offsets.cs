using Heliostat.Protocol.Messages;

namespace Heliostat.Client.Admin;

/// <remarks>
/// Offsets: asked of the partitions' leaders, and again for <see cref="ClientOptions.CallTimeout"/> where one moved or is away; then the
/// last error stands for the partition (NETWORK_EXCEPTION when no answer came).
/// </remarks>
public sealed partial class AdminClient
{
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
        Leaders.AskAsync(
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
        Leaders.AskAsync(
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
        Leaders.AskAsync(
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
}

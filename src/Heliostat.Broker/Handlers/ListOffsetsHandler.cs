using Heliostat.Broker.Logs;
using Heliostat.Protocol;
using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Handlers;

/// <summary>
/// ListOffsets 1 to 11: by time, -1 latest, -2 and -4 earliest, -3 largest timestamp (KIP-734). There is no tiered storage: -5 and -6 find
/// nothing.
/// </summary>
internal sealed class ListOffsetsHandler : ApiHandler<ListOffsetsRequest, ListOffsetsResponse>
{
    private const long Latest = -1;
    private const long Earliest = -2;
    private const long MaxTimestamp = -3;
    private const long EarliestLocal = -4;
    private const long LatestTiered = -5;
    private const long EarliestPendingUpload = -6;

    public override short MinVersion => 1;

    protected override ValueTask<ListOffsetsResponse?> HandleAsync(ListOffsetsRequest request, RequestContext context,
        CancellationToken ct) =>
            new(Answer(request, (topic, partition) => Find(request, topic, partition, context), Twice(request)));

    protected override ListOffsetsResponse Refuse(ListOffsetsRequest request, RequestContext context, ErrorCode error) =>
        Answer(request,
            (_, partition) => new ListOffsetsPartitionResponse { PartitionIndex = partition.PartitionIndex, ErrorCode = error });

    /// <summary>Partitions that are asked for more than once, which is answered once.</summary>
    private static HashSet<(string, int)> Twice(ListOffsetsRequest request) => request.Topics
        .SelectMany(topic => topic.Partitions.Select(partition => (topic.Name, partition.PartitionIndex)))
        .CountBy(partition => partition)
        .Where(count => count.Value > 1)
        .Select(count => count.Key)
        .ToHashSet();

    private static ListOffsetsResponse Answer(
        ListOffsetsRequest request,
        Func<ListOffsetsTopic, ListOffsetsPartition, ListOffsetsPartitionResponse> answer,
        HashSet<(string Topic, int Partition)>? twice = null) => new()
        {
            Topics =
            [
                .. request.Topics.Select(topic => new ListOffsetsTopicResponse
                {
                    Name = topic.Name,
                    Partitions =
                    [
                        .. topic.Partitions.DistinctBy(partition => partition.PartitionIndex)
                            .Select(partition => twice?.Contains((topic.Name, partition.PartitionIndex)) == true
                                ? new ListOffsetsPartitionResponse
                                {
                                    PartitionIndex = partition.PartitionIndex,
                                    ErrorCode = ErrorCode.InvalidRequest
                                }
                                : answer(topic, partition)),
                    ],
                }),
            ],
        };

    private static ListOffsetsPartitionResponse Find(
        ListOffsetsRequest request, ListOffsetsTopic topic, ListOffsetsPartition asked, RequestContext context)
    {
        var response = new ListOffsetsPartitionResponse { PartitionIndex = asked.PartitionIndex };
        if (!context.IsAllowed(AclOperation.Describe, ResourceType.Topic, topic.Name))
        {
            response.ErrorCode = ErrorCode.TopicAuthorizationFailed;
            return response;
        }

        if (context.Cluster.Topics.Find(topic.Name)?.Find(asked.PartitionIndex) is not { } partition)
        {
            response.ErrorCode = ErrorCode.UnknownTopicOrPartition;
            return response;
        }

        response.ErrorCode = partition.CheckLeader(context.Broker.Id, asked.CurrentLeaderEpoch, out _);
        if (response.ErrorCode != ErrorCode.None) return response;

        if (asked.Timestamp < 0 && context.Version < FirstThatKnows(asked.Timestamp))
        {
            response.ErrorCode = ErrorCode.UnsupportedVersion;
            return response;
        }

        var (error, found) = Find(partition.Log, asked.Timestamp, request.IsolationLevel == IsolationLevel.ReadCommitted);
        response.ErrorCode = error;
        response.Timestamp = found.Timestamp;
        response.Offset = found.Offset;
        response.LeaderEpoch = found.LeaderEpoch;
        return response;
    }

    private static short FirstThatKnows(long specialTimestamp) => specialTimestamp switch
    {
        Latest or Earliest => 0,
        MaxTimestamp => 7,
        EarliestLocal => 8,
        LatestTiered => 9,
        EarliestPendingUpload => 11,
        _ => short.MaxValue,
    };

    private static (ErrorCode Error, TimestampedOffset Found) Find(PartitionLog log, long timestamp, bool committed)
    {
        try
        {
            return FindSound(log, timestamp, committed);
        }
        catch (Exception exception) when (exception is IOException or MalformedFrameException or ObjectDisposedException)
        {
            return (ErrorCode.KafkaStorageError, TimestampedOffset.None);
        }
    }

    private static (ErrorCode Error, TimestampedOffset Found) FindSound(PartitionLog log, long timestamp, bool committed)
    {
        var end = committed ? log.LastStableOffset : log.HighWatermark;
        switch (timestamp)
        {
            case Latest:
                return (ErrorCode.None, new TimestampedOffset(-1, end, log.LatestEpoch));
            case Earliest or EarliestLocal:
                return (ErrorCode.None, new TimestampedOffset(-1, log.LogStartOffset, log.EpochOfStart));
            case LatestTiered or EarliestPendingUpload:
                return (ErrorCode.None, TimestampedOffset.None);
            default:
                var found = timestamp == MaxTimestamp ? log.FindMaxTimestamp() : log.FindTimestamp(timestamp);
                return (ErrorCode.None, found.Offset < end ? found : TimestampedOffset.None);
        }
    }
}

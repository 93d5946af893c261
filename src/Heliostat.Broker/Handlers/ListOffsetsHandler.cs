using Heliostat.Broker.Logs;
using Heliostat.Broker.Security;
using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Handlers;

/// <summary>ListOffsets 1 to 11: by time, -1 latest, -2 and -4 earliest, -3 largest timestamp (KIP-734). There is no tiered storage: -5 finds nothing.</summary>
internal sealed class ListOffsetsHandler : ApiHandler<ListOffsetsRequest, ListOffsetsResponse>
{
    private const long Latest = -1;
    private const long Earliest = -2;
    private const long MaxTimestamp = -3;
    private const long EarliestLocal = -4;
    private const long LatestTiered = -5;
    private const long EarliestPendingUpload = -6;

    public override short MinVersion => 1;

    protected override ValueTask<ListOffsetsResponse?> HandleAsync(ListOffsetsRequest request, RequestContext context, CancellationToken ct) =>
        new(Answer(request, (topic, partition) => Find(request, topic, partition, context)));

    protected override ListOffsetsResponse Refuse(ListOffsetsRequest request, RequestContext context, ErrorCode error) =>
        Answer(request, (_, partition) => new ListOffsetsPartitionResponse { PartitionIndex = partition.PartitionIndex, ErrorCode = error });

    private static ListOffsetsResponse Answer(
        ListOffsetsRequest request, Func<ListOffsetsTopic, ListOffsetsPartition, ListOffsetsPartitionResponse> answer) => new()
        {
            Topics =
            [
                .. request.Topics.Select(topic => new ListOffsetsTopicResponse
                {
                    Name = topic.Name,
                    Partitions = [.. topic.Partitions.Select(partition => answer(topic, partition))],
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

        var (error, found) = Find(partition.Log, asked.Timestamp, request.IsolationLevel == 1);
        response.ErrorCode = error;
        response.Timestamp = found.Timestamp;
        response.Offset = found.Offset;
        response.LeaderEpoch = found.LeaderEpoch;
        return response;
    }

    private static (ErrorCode Error, TimestampedOffset Found) Find(PartitionLog log, long timestamp, bool committed)
    {
        var end = committed ? log.LastStableOffset : log.LogEndOffset;
        switch (timestamp)
        {
            case Latest:
                return (ErrorCode.None, new TimestampedOffset(-1, end, log.LatestEpoch));
            case Earliest or EarliestLocal or EarliestPendingUpload:
                return (ErrorCode.None, new TimestampedOffset(-1, log.LogStartOffset, log.EpochOfStart));
            case LatestTiered:
                return (ErrorCode.None, TimestampedOffset.None);
            case < EarliestPendingUpload:
                return (ErrorCode.UnsupportedVersion, TimestampedOffset.None);
            default:
                var found = timestamp == MaxTimestamp ? log.FindMaxTimestamp() : log.FindTimestamp(timestamp);
                return (ErrorCode.None, found.Offset < end ? found : TimestampedOffset.None);
        }
    }
}

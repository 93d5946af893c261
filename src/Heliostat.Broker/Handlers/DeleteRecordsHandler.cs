using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Handlers;

/// <summary>DeleteRecords 0 to 2: raises the log start to an offset, or to the end with -1 (KIP-107).</summary>
internal sealed class DeleteRecordsHandler : ApiHandler<DeleteRecordsRequest, DeleteRecordsResponse>
{
    private const long End = -1;

    protected override ValueTask<DeleteRecordsResponse?> HandleAsync(DeleteRecordsRequest request, RequestContext context,
        CancellationToken ct) =>
            new(Answer(request, (topic, partition) => Delete(topic, partition, context)));

    protected override DeleteRecordsResponse Refuse(DeleteRecordsRequest request, RequestContext context, ErrorCode error) =>
        Answer(request, (_, partition) => Row(partition.PartitionIndex, error, -1));

    private static DeleteRecordsResponse Answer(
        DeleteRecordsRequest request, Func<string, DeleteRecordsPartition, DeleteRecordsPartitionResult> delete) => new()
        {
            Topics =
            [
                .. request.Topics.Select(topic => new DeleteRecordsTopicResult
                {
                    Name = topic.Name,
                    Partitions = [.. topic.Partitions.Select(partition => delete(topic.Name, partition))],
                }),
            ],
        };

    private static DeleteRecordsPartitionResult Delete(string topic, DeleteRecordsPartition asked, RequestContext context)
    {
        if (!context.IsAllowed(AclOperation.Delete, ResourceType.Topic, topic))
            return Row(asked.PartitionIndex, ErrorCode.TopicAuthorizationFailed, -1);
        if (context.Cluster.Topics.Find(topic)?.Find(asked.PartitionIndex) is not { } partition)
            return Row(asked.PartitionIndex, ErrorCode.UnknownTopicOrPartition, -1);

        var error = partition.CheckLeader(context.Broker.Id, -1, out _);
        if (error != ErrorCode.None) return Row(asked.PartitionIndex, error, -1);
        if (!partition.Log.Options.Delete) return Row(asked.PartitionIndex, ErrorCode.PolicyViolation, -1);

        var offset = asked.Offset == End ? partition.Log.HighWatermark : asked.Offset;
        if (offset < 0) return Row(asked.PartitionIndex, ErrorCode.OffsetOutOfRange, -1);

        error = partition.Log.DeleteRecordsBefore(offset, out var logStart);
        return Row(asked.PartitionIndex, error, error == ErrorCode.None ? logStart : -1);
    }

    private static DeleteRecordsPartitionResult Row(int index, ErrorCode error, long lowWatermark) =>
        new() { PartitionIndex = index, ErrorCode = error, LowWatermark = lowWatermark };
}

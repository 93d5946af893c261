using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Handlers;

/// <summary>DescribeProducers 0: the producers that partitions with a replica here remember (KIP-664).</summary>
internal sealed class DescribeProducersHandler : ApiHandler<DescribeProducersRequest, DescribeProducersResponse>
{
    protected override ValueTask<DescribeProducersResponse?> HandleAsync(DescribeProducersRequest request, RequestContext context,
        CancellationToken ct) =>
            new(Answer(request, (topic, index) => Describe(topic, index, context)));

    protected override DescribeProducersResponse Refuse(DescribeProducersRequest request, RequestContext context, ErrorCode error) =>
        Answer(request, (_, index) => new PartitionResponse { PartitionIndex = index, ErrorCode = error });

    private static DescribeProducersResponse Answer(DescribeProducersRequest request, Func<string, int, PartitionResponse> describe) =>
        new()
        {
            Topics =
            [
                .. request.Topics.Select(topic => new TopicResponse
                {
                    Name = topic.Name,
                    Partitions = [.. topic.PartitionIndexes.Select(index => describe(topic.Name, index))],
                }),
            ],
        };

    private static PartitionResponse Describe(string topic, int index, RequestContext context)
    {
        var response = new PartitionResponse { PartitionIndex = index };
        var partition = context.Cluster.Topics.Find(topic)?.Find(index);
        response.ErrorCode = !context.IsAllowed(AclOperation.Read, ResourceType.Topic, topic) ? ErrorCode.TopicAuthorizationFailed
            : partition is null ? ErrorCode.UnknownTopicOrPartition
            : partition.Leadership.Replicas.Contains(context.Broker.Id) ? ErrorCode.None
            : ErrorCode.NotLeaderOrFollower;
        if (response.ErrorCode == ErrorCode.TopicAuthorizationFailed) response.ErrorMessage = ErrorMessages.TopicAuthorizationFailed;
        if (response.ErrorCode != ErrorCode.None) return response;

        foreach (var producer in partition!.Log.Producers())
        {
            response.ActiveProducers.Add(new ProducerState
            {
                ProducerId = producer.ProducerId,
                ProducerEpoch = producer.ProducerEpoch,
                LastSequence = producer.LastSequence,
                LastTimestamp = producer.LastTimestamp,
                CoordinatorEpoch = producer.CoordinatorEpoch,
                CurrentTxnStartOffset = producer.CurrentTxnFirstOffset ?? -1,
            });
        }

        return response;
    }
}

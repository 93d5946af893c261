using Heliostat.Broker.Topics;
using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Handlers;

/// <summary>AddPartitionsToTxn 0 to 3: all of the partitions or none. The later versions are for brokers among themselves.</summary>
internal sealed class AddPartitionsToTxnHandler : ApiHandler<AddPartitionsToTxnRequest, AddPartitionsToTxnResponse>
{
    private const short FirstWithProducerFenced = 2;

    public override short MaxVersion => 3;

    protected override ValueTask<AddPartitionsToTxnResponse?> HandleAsync(AddPartitionsToTxnRequest request, RequestContext context,
        CancellationToken ct)
    {
        var id = request.V3AndBelowTransactionalId;
        var error = context.CheckTransactionalId(id);
        if (error != ErrorCode.None) return new(Refuse(request, context, error));

        var found = new Dictionary<(string, int), Partition>();
        var refused = new Dictionary<(string, int), ErrorCode>();
        foreach (var topic in request.V3AndBelowTopics)
        {
            var allowed = context.IsAllowed(AclOperation.Write, ResourceType.Topic, topic.Name);
            foreach (var index in topic.Partitions)
            {
                if (!allowed) refused[(topic.Name, index)] = ErrorCode.TopicAuthorizationFailed;
                else if (context.Cluster.Topics.Find(topic.Name)?.Find(index) is { } partition) found[(topic.Name, index)] = partition;
                else refused[(topic.Name, index)] = ErrorCode.UnknownTopicOrPartition;
            }
        }

        if (refused.Count > 0)
            return new(Answer(request, (topic, index) => refused.GetValueOrDefault((topic, index), ErrorCode.OperationNotAttempted)));

        error = context.Cluster.Transactions.Find(id)
            ?.Add(request.V3AndBelowProducerId, request.V3AndBelowProducerEpoch, found.Values, [], context.NowMs)
            ?? ErrorCode.InvalidProducerIdMapping;
        return new(Refuse(request, context, error));
    }

    protected override AddPartitionsToTxnResponse Refuse(AddPartitionsToTxnRequest request, RequestContext context, ErrorCode error)
    {
        if (error == ErrorCode.ProducerFenced && context.Version < FirstWithProducerFenced) error = ErrorCode.InvalidProducerEpoch;
        return Answer(request, (_, _) => error);
    }

    private static AddPartitionsToTxnResponse Answer(AddPartitionsToTxnRequest request, Func<string, int, ErrorCode> error) => new()
    {
        ResultsByTopicV3AndBelow =
        [
            .. request.V3AndBelowTopics.Select(topic => new AddPartitionsToTxnTopicResult
            {
                Name = topic.Name,
                ResultsByPartition =
                [
                    .. topic.Partitions.Select(index => new AddPartitionsToTxnPartitionResult
                    {
                        PartitionIndex = index,
                        PartitionErrorCode = error(topic.Name, index),
                    }),
                ],
            }),
        ],
    };
}

using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Handlers;

/// <summary>AddOffsetsToTxn 0 to 4: offsets of a group become part of the transaction.</summary>
internal sealed class AddOffsetsToTxnHandler : ApiHandler<AddOffsetsToTxnRequest, AddOffsetsToTxnResponse>
{
    private const short FirstWithProducerFenced = 2;

    protected override ValueTask<AddOffsetsToTxnResponse?> HandleAsync(AddOffsetsToTxnRequest request, RequestContext context,
        CancellationToken ct)
    {
        var error = context.CheckTransactionalId(request.TransactionalId);
        if (error == ErrorCode.None && !context.IsAllowed(AclOperation.Read, ResourceType.Group, request.GroupId))
            error = ErrorCode.GroupAuthorizationFailed;
        if (error == ErrorCode.None)
        {
            error = context.Cluster.Transactions.Find(request.TransactionalId)
                ?.Add(request.ProducerId, request.ProducerEpoch, [], [request.GroupId], context.NowMs)
                ?? ErrorCode.InvalidProducerIdMapping;
        }

        return new(Refuse(request, context, error));
    }

    protected override AddOffsetsToTxnResponse Refuse(AddOffsetsToTxnRequest request, RequestContext context, ErrorCode error) => new()
    {
        ErrorCode = error == ErrorCode.ProducerFenced && context.Version < FirstWithProducerFenced ? ErrorCode.InvalidProducerEpoch : error,
    };
}

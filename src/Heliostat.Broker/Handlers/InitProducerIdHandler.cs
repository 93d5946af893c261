using Heliostat.Broker.Security;
using Heliostat.Protocol.Messages;

namespace Heliostat.Broker.Handlers;

/// <summary>
/// InitProducerId 0 to 5: a new id for an idempotent producer; the id and next epoch of a transactional one, which fences its forerunner
/// (KIP-98, KIP-360).
/// </summary>
internal sealed class InitProducerIdHandler : ApiHandler<InitProducerIdRequest, InitProducerIdResponse>
{
    private const short FirstWithProducerFenced = 4;

    protected override ValueTask<InitProducerIdResponse?> HandleAsync(InitProducerIdRequest request, RequestContext context,
        CancellationToken ct)
    {
        var response = Init(request, context);
        if (response.ErrorCode == ErrorCode.ProducerFenced && context.Version < FirstWithProducerFenced)
            response.ErrorCode = ErrorCode.InvalidProducerEpoch;
        return new(response);
    }

    protected override InitProducerIdResponse Refuse(InitProducerIdRequest request, RequestContext context, ErrorCode error) =>
        new() { ErrorCode = error, ProducerEpoch = -1 };

    private InitProducerIdResponse Init(InitProducerIdRequest request, RequestContext context)
    {
        var transactions = context.Cluster.Transactions;
        if (request.TransactionalId is not { } id)
        {
            return context.IsAllowed(AclOperation.IdempotentWrite, ResourceType.Cluster, AclBinding.ClusterName)
                || context.MayWriteSomewhere()
                ? new InitProducerIdResponse { ProducerId = transactions.ProducerIds.Take() }
                : Refuse(request, context, ErrorCode.ClusterAuthorizationFailed);
        }

        if (id.Length == 0 || (request.ProducerId < 0) != (request.ProducerEpoch < 0))
            return Refuse(request, context, ErrorCode.InvalidRequest);

        var error = context.CheckTransactionalId(id);
        if (error != ErrorCode.None) return Refuse(request, context, error);
        if (request.TransactionTimeoutMs <= 0 || request.TransactionTimeoutMs > context.Cluster.Settings.TransactionMaxTimeoutMs)
            return Refuse(request, context, ErrorCode.InvalidTransactionTimeout);

        return transactions.FindOrAdd(id).Init(request.TransactionTimeoutMs, request.ProducerId, request.ProducerEpoch);
    }
}
